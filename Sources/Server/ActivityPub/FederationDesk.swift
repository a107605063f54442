public import Domain
import HTTPSignatures
import HTTPTypes
import Hummingbird
public import Peers
public import Storage

/// What the routes for other servers share: which school is asked, and who asks.
public struct FederationDesk: Sendable {
    let database: any SQLDatabase
    let keys: KeyRing
    let clock: any WallClock
    let limiter: RateLimiter?

    /// Puts the desk together; the limiter counts the signed reads of each host, nil counts nothing.
    public init(
        database: any SQLDatabase,
        keys: KeyRing,
        clock: any WallClock = SystemClock(),
        limiter: RateLimiter? = nil
    ) {
        self.database = database
        self.keys = keys
        self.clock = clock
        self.limiter = limiter
    }

    /// The school that a request came to.
    ///
    /// - Throws: `Problem` with status 404 when there is none.
    func school(_ context: ServerContext) async throws -> School {
        guard let host = context.host,
            let school = try await database.read({ try $0.schools.find(host: host) })
        else { throw Problem(.notFound) }
        return school
    }

    /// Who asks to read: the server whose signature it is.
    ///
    /// An unsigned request is anonymous where the school lets public things be read without a signature.
    ///
    /// - Throws: `Problem`: 400 for malformed signature fields, 401 without a valid signature, 403 for a host that the
    ///   school does not exchange activities with, 429 for one that asks too often, 503 when the key cannot be had now.
    func reader(_ request: Request, _ school: School) async throws -> Viewer {
        let fields = request.headers
        guard fields.contains(.signature) || fields.contains(.signatureInput) else {
            guard !school.requiresSignedReads else {
                throw Problem(
                    .unauthorized,
                    reason: "signature_required",
                    detail: "This must be asked for by a signed request."
                )
            }
            return .anonymous
        }
        let claim: SignatureClaim
        do {
            claim = try SignatureClaim.read(
                message(request, school),
                body: nil,
                now: clock.now().milliseconds
            )
        } catch {
            throw Problem(
                error.isBadRequest ? .badRequest : .unauthorized,
                reason: "bad_signature",
                detail: error.peerText
            )
        }
        guard let keyID = try? URI(claim.keyID) else { throw Self.badSignature }
        try await admit(keyID.host, to: school)
        try await verify(claim, keyID, school)
        // Counted only now: before, anybody could use up a host's share in its name.
        try limiter?.admit(.host(keyID.host))
        return .server(keyID.host)
    }

    /// The request as its signer saw it: under our own configured origin, whatever a proxy made of it.
    func message(_ request: Request, _ school: School) -> HTTPMessage {
        HTTPMessage(
            method: request.method.rawValue,
            scheme: school.origin.scheme.rawValue,
            authority: school.host.description,
            target: request.head.path ?? "/",
            fields: request.wireFields
        )
    }

    private func admit(_ host: Host, to school: School) async throws {
        let (admission, isOwn) = try await database.read { db in
            (try db.partners.admission(of: host, at: school), try db.schools.find(host: host) != nil)
        }
        if isOwn { throw Self.badSignature }
        switch admission {
        case .allowed: return
        case .paused: throw Problem(.serviceUnavailable, reason: "host_paused", retryAfter: 3_600)
        case .refused:
            throw Problem(
                .forbidden,
                reason: "host_not_allowed",
                detail: "This server does not exchange activities with yours."
            )
        }
    }

    private func verify(_ claim: SignatureClaim, _ keyID: URI, _ school: School) async throws {
        do {
            let known = try await keys.key(keyID, for: school)
            if verifies(claim, known, keyID) { return prove(keyID, known) }
            let fresh = try await keys.refetched(keyID, insteadOf: known, for: school)
            guard verifies(claim, fresh, keyID) else { throw Self.badSignature }
            prove(keyID, fresh)
        } catch let error as FetchError {
            switch error {
            case .tooSoon: throw Self.badSignature
            case _ where error.isTransient:
                throw Problem(.serviceUnavailable, reason: "key_unavailable", retryAfter: 300, cause: error)
            default:
                throw Problem(
                    .unauthorized,
                    reason: "key_refused",
                    detail: "The key could not be used.",
                    cause: error
                )
            }
        }
    }

    private func prove(_ keyID: URI, _ key: RingKey) {
        if key.discovery != nil { keys.prove(keyID) }
    }

    /// The host was admitted by the key's id, so its owner has to be of the same origin.
    private func verifies(_ claim: SignatureClaim, _ known: RingKey, _ keyID: URI) -> Bool {
        known.actor.origin == keyID.origin && (try? claim.verify(with: known.key)) != nil
    }

    private static var badSignature: Problem {
        Problem(.unauthorized, reason: "bad_signature", detail: "The signature does not verify.")
    }
}
