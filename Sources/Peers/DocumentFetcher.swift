public import Domain
import HTTPSignatures
public import Storage
public import Transport
public import Vocabulary

/// Fetches ActivityStreams documents, signed by the asking school's own actor.
///
/// Nothing is sent to a host that the school does not exchange activities with, nor to ourselves. One redirect
/// within the same origin is followed. What comes back counts only when its content type says ActivityStreams and
/// its id is the address it came from (FEP-fe34).
public struct DocumentFetcher: Sendable {
    private let database: any SQLDatabase
    private let signers: SignerRing
    private let client: TransportClient
    private let clock: any WallClock

    /// Makes a fetcher.
    public init(
        database: any SQLDatabase,
        signers: SignerRing,
        client: TransportClient,
        clock: any WallClock = SystemClock()
    ) {
        self.database = database
        self.signers = signers
        self.client = client
        self.clock = clock
    }

    /// Fetches a document whose id must be the URI asked for.
    public func fetch(_ uri: URI, for school: School) async throws(FetchError) -> JSONObject {
        let (document, address) = try await fetchAnywhere(uri, for: school)
        guard let id = document["id"]?.string, let found = try? URI(id), found.withoutFragment == address
        else {
            throw .foreignID(document["id"]?.string ?? "")
        }
        return document
    }

    /// Fetches a document, whatever its id, with the address it came from.
    func fetchAnywhere(_ uri: URI, for school: School) async throws(FetchError) -> (JSONObject, URI) {
        try await database.admit(uri.host, for: school)
        var address = uri.withoutFragment
        var response = try await get(address, for: school)
        if (300...399).contains(response.status), let target = redirect(response, from: address) {
            address = target
            response = try await get(address, for: school)
        }
        return (try read(response), address)
    }

    private func get(_ uri: URI, for school: School) async throws(FetchError) -> OutboundResponse {
        let host = uri.host
        do {
            let key = try await signers.key(of: school)
            let known = try await database.read { try $0.peers.scheme(of: host) }
            let first = known ?? .cavage
            let response = try await client.send(
                try SignedRequest.get(uri, key: key, scheme: first, at: clock.now())
            )
            guard response.status == 400 || response.status == 401 else { return response }
            return try await client.send(
                try SignedRequest.get(
                    uri,
                    key: key,
                    scheme: first == .cavage ? .rfc9421 : .cavage,
                    at: clock.now()
                )
            )
        } catch let error as TransferError {
            throw .transfer(error)
        } catch {
            throw .ours(reason: "\(error)")
        }
    }

    /// The address of a redirect that stays within the origin.
    private func redirect(_ response: OutboundResponse, from address: URI) -> URI? {
        guard let location = response.field("location") else { return nil }
        let target = location.utf8.first == UInt8(ascii: "/") ? "\(address.origin)\(location)" : location
        guard let uri = try? URI(target), uri.origin == address.origin else { return nil }
        return uri.withoutFragment
    }

    private func read(_ response: OutboundResponse) throws(FetchError) -> JSONObject {
        switch response.status {
        case 200...299: break
        case 404, 410: throw .gone(status: response.status)
        default: throw .status(response.status)
        }
        guard MediaType.isActivityStreams(response.field("content-type")) else {
            throw .notActivityStreams(reason: "its content type is not ActivityStreams")
        }
        do {
            guard case .object(let object) = try JSONParser.parse(response.body) else {
                throw FetchError.notActivityStreams(reason: "it is not a JSON object")
            }
            return object
        } catch let error as FetchError {
            throw error
        } catch {
            throw .notActivityStreams(reason: "\(error)")
        }
    }
}
