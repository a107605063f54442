import Content
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
        return try own(document, address)
    }

    private func own(_ document: JSONObject, _ address: URI) throws(FetchError) -> JSONObject {
        guard let id = document["id"]?.string, let found = try? URI(id), found.withoutFragment == address
        else {
            throw .foreignID(document["id"]?.string ?? "")
        }
        return document
    }

    /// Fetches a document, whatever its id, with the address it came from.
    func fetchAnywhere(_ uri: URI, for school: School) async throws(FetchError) -> (JSONObject, URI) {
        let (response, address) = try await answer(uri, for: school, SignedRequest.accept)
        return (try read(response), address)
    }

    /// A document that says which one it is, whoever it is about, and how long it was.
    struct Sized {
        let document: JSONObject
        /// Its length in bytes.
        let size: Int
    }

    /// Fetches a document whose id must be the URI asked for, with its length.
    func fetchSized(_ uri: URI, for school: School) async throws(FetchError) -> Sized {
        let (response, address) = try await answer(uri, for: school, SignedRequest.accept)
        return Sized(document: try own(try read(response), address), size: response.body.count)
    }

    /// Where an address leads that somebody found: to the id of the document there, or to what the page there names as
    /// its ActivityStreams form.
    ///
    /// Nothing that is said there counts for more than that.
    func lead(from uri: URI, for school: School) async throws(FetchError) -> URI {
        let (response, address) = try await answer(uri, for: school, SignedRequest.acceptWithPages)
        let type = SignedRequest.activityType
        guard !MediaType.isActivityStreams(response.field("content-type")) else {
            let document = try read(response)
            guard let id = document["id"]?.string.flatMap({ try? URI($0) }) else {
                throw .notActivityStreams(reason: "it has no id that is an address")
            }
            return id
        }
        try check(response.status)
        guard
            let text = AlternateLink.find(inFields: response.values("link"), type: type)
                ?? AlternateLink.find(inPage: response.body, type: type),
            let target = address.resolving(text), target != address
        else { throw .notActivityStreams(reason: "the page names no ActivityStreams form of itself") }
        return target
    }

    private func answer(_ uri: URI, for school: School, _ accept: String) async throws(FetchError) -> (
        OutboundResponse, URI
    ) {
        try await database.admit(uri.host, for: school)
        var address = uri.withoutFragment
        var response = try await get(address, for: school, accept)
        if (300...399).contains(response.status), let target = redirect(response, from: address) {
            address = target
            response = try await get(address, for: school, accept)
        }
        return (response, address)
    }

    private func get(_ uri: URI, for school: School, _ accept: String) async throws(FetchError)
        -> OutboundResponse
    {
        let host = uri.host
        do {
            let key = try await signers.key(of: school)
            let known = try await database.read { try $0.peers.scheme(of: host) }
            let first = known ?? .cavage
            let response = try await client.send(
                try SignedRequest.get(uri, key: key, scheme: first, accept: accept, at: clock.now())
            )
            guard response.status == 400 || response.status == 401 else { return response }
            return try await client.send(
                try SignedRequest.get(
                    uri,
                    key: key,
                    scheme: first == .cavage ? .rfc9421 : .cavage,
                    accept: accept,
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
        guard let uri = address.resolving(location), uri.origin == address.origin else { return nil }
        return uri.withoutFragment
    }

    private func check(_ status: Int) throws(FetchError) {
        switch status {
        case 200...299: return
        case 404, 410: throw .gone(status: status)
        default: throw .status(status)
        }
    }

    private func read(_ response: OutboundResponse) throws(FetchError) -> JSONObject {
        try check(response.status)
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

extension URI {
    /// The address that a text means on a page of this one: an absolute one, or a path on the same origin.
    fileprivate func resolving(_ text: String) -> URI? {
        let isPath = text.utf8.first == UInt8(ascii: "/") && !text.hasPrefix("//")
        return (try? URI(isPath ? "\(origin)\(text)" : text))?.withoutFragment
    }
}
