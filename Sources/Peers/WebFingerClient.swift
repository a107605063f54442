public import Domain
public import Storage
public import Transport
import Vocabulary

/// Finds the actor behind a handle.
///
/// Spec: RFC 7033; SWICG ActivityPub and WebFinger.
///
/// https first; http only when that brought nothing and the transport opens it (demos and tests). One redirect is
/// followed: a domain may leave the answer to the server behind it.
public struct WebFingerClient: Sendable {
    private let database: any SQLDatabase
    private let client: TransportClient

    /// Makes a client.
    public init(database: any SQLDatabase, client: TransportClient) {
        self.database = database
        self.client = client
    }

    /// The actor's URI for a handle, and the handle as its home writes it.
    ///
    /// When the answer names another account as its subject, that account's host is asked once more and must name
    /// the same actor; there is no third step. A host's word for an actor of its own stands when the subject's host is
    /// none that the school exchanges activities with.
    ///
    /// - Throws: `FetchError`.
    public func resolve(_ handle: Handle, for school: School) async throws(FetchError) -> (URI, Handle) {
        let first = try await ask(handle, for: school)
        if first.subject == handle { return (first.actor, handle) }
        do throws(FetchError) {
            let second = try await ask(first.subject, for: school)
            guard second.subject == first.subject, second.actor == first.actor else {
                throw .foreignID("acct:\(first.subject)")
            }
            return (second.actor, second.subject)
        } catch .notAllowed where first.actor.host == handle.host {
            return (first.actor, handle)
        }
    }

    /// Makes sure that an actor's own host says that a handle of another host is the actor's: neither of the two may
    /// name the other's without its word.
    ///
    /// `name`: what the actor is called at its own host.
    ///
    /// - Throws: `FetchError`.
    func confirm(_ handle: Handle, of actor: URI, called name: String, for school: School)
        async throws(FetchError)
    {
        guard handle.host != actor.host else { return }
        guard let own = try? Handle(remote: name, host: actor.host) else {
            throw .foreignID("acct:\(handle)")
        }
        let answer = try await ask(own, for: school)
        guard answer.subject == handle, answer.actor == actor else { throw .foreignID("acct:\(handle)") }
    }

    private struct Answer {
        let subject: Handle
        let actor: URI
    }

    private func ask(_ handle: Handle, for school: School) async throws(FetchError) -> Answer {
        try await database.admit(handle.host, for: school)
        return try read(try await get(handle, for: school))
    }

    private func get(_ handle: Handle, for school: School) async throws(FetchError) -> OutboundResponse {
        let secure: OutboundResponse
        do throws(FetchError) {
            secure = try await get("https", handle, for: school)
        } catch .transfer(let error) where client.opensPlainHTTP && error.isTransient {
            return try await get("http", handle, for: school)
        }
        // On a machine for trials another server may answer on the https port.
        guard client.opensPlainHTTP, !secure.isSuccess,
            let plain = try? await get("http", handle, for: school), plain.isSuccess
        else { return secure }
        return plain
    }

    private func get(_ scheme: String, _ handle: Handle, for school: School) async throws(FetchError)
        -> OutboundResponse
    {
        let address =
            "\(scheme)://\(handle.host)/.well-known/webfinger?resource=acct:\(handle.percentEncoded)"
        guard let uri = try? URI(address) else {
            throw .transfer(.refusedURI(reason: "the handle makes no URI"))
        }
        let response = try await send(uri)
        guard (300...399).contains(response.status), let location = response.field("location") else {
            return response
        }
        let target = location.utf8.first == UInt8(ascii: "/") ? "\(uri.origin)\(location)" : location
        guard let next = try? URI(target), next.scheme == .https || client.opensPlainHTTP else {
            return response
        }
        try await database.admit(next.host, for: school)
        return try await send(next)
    }

    private func send(_ uri: URI) async throws(FetchError) -> OutboundResponse {
        do {
            return try await client.send(
                OutboundRequest(
                    method: .get,
                    uri: uri,
                    fields: [(name: "Accept", value: "application/jrd+json, application/json")],
                    maxResponseBody: 64 << 10,
                    timeout: .seconds(10)
                )
            )
        } catch {
            throw .transfer(error)
        }
    }

    private func read(_ response: OutboundResponse) throws(FetchError) -> Answer {
        switch response.status {
        case 200...299: break
        case 404, 410: throw .gone(status: response.status)
        default: throw .status(response.status)
        }
        guard case .object(let document)? = try? JSONParser.parse(response.body) else {
            throw .notActivityStreams(reason: "the WebFinger answer is no JSON object")
        }
        let links = document["links"]?.asList ?? []
        let actor = links.lazy.compactMap { link -> URI? in
            guard case .object(let link) = link, link["rel"]?.string == "self",
                MediaType.isActivityStreams(link["type"]?.string)
            else { return nil }
            return link["href"]?.string.flatMap { try? URI($0) }
        }.first
        guard let actor else { throw .notActivityStreams(reason: "the WebFinger answer names no actor") }
        guard let subject = document["subject"]?.string.flatMap({ try? Handle($0) }) else {
            throw .foreignID(document["subject"]?.string ?? "")
        }
        return Answer(subject: subject, actor: actor)
    }
}

extension OutboundResponse {
    fileprivate var isSuccess: Bool { (200...299).contains(status) }
}

extension Handle {
    /// The handle for a query: only what a handle may hold that a query may not is escaped.
    fileprivate var percentEncoded: String {
        var encoded = ""
        for byte in "\(name)@\(host)".utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x40, 0x3A:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF")
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return encoded
    }
}
