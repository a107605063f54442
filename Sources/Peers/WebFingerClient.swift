public import Domain
public import Storage
public import Transport
import Vocabulary

/// Finds the actor behind a handle.
///
/// Spec: RFC 7033; SWICG ActivityPub and WebFinger.
///
/// https first; http only when that could not be reached and the transport opens it (demos and tests).
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
    /// the same actor; there is no third step.
    ///
    /// - Throws: `FetchError`.
    public func resolve(_ handle: Handle, for school: School) async throws(FetchError) -> (URI, Handle) {
        let first = try await ask(handle, for: school)
        if first.subject == handle { return (first.actor, handle) }
        let second = try await ask(first.subject, for: school)
        guard second.subject == first.subject, second.actor == first.actor else {
            throw .foreignID("acct:\(first.subject)")
        }
        return (second.actor, second.subject)
    }

    private struct Answer {
        let subject: Handle
        let actor: URI
    }

    private func ask(_ handle: Handle, for school: School) async throws(FetchError) -> Answer {
        let host = handle.host
        do {
            let admission = try await database.read { try $0.partners.admission(of: host, at: school) }
            if admission == .refused { throw FetchError.notAllowed(host) }
        } catch let error as FetchError {
            throw error
        } catch {
            throw .ours(reason: "\(error)")
        }
        return try read(try await get(handle), for: handle)
    }

    private func get(_ handle: Handle) async throws(FetchError) -> OutboundResponse {
        let target = "/.well-known/webfinger?resource=acct:\(handle.percentEncoded)"
        do {
            return try await client.send(try request("https", handle.host, target))
        } catch  where client.opensPlainHTTP && error.isTransient {
            do {
                return try await client.send(try request("http", handle.host, target))
            } catch {
                throw .transfer(error)
            }
        } catch {
            throw .transfer(error)
        }
    }

    private func request(_ scheme: String, _ host: Host, _ target: String) throws(TransferError)
        -> OutboundRequest
    {
        guard let uri = try? URI("\(scheme)://\(host)\(target)") else {
            throw .refusedURI(reason: "the handle makes no URI")
        }
        return OutboundRequest(
            method: .get,
            uri: uri,
            fields: [(name: "Accept", value: "application/jrd+json, application/json")],
            body: nil
        )
    }

    private func read(_ response: OutboundResponse, for handle: Handle) throws(FetchError) -> Answer {
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
