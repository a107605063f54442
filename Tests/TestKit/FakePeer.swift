public import Domain
import Foundation
public import HTTPSignatures
public import Vocabulary
import Synchronization

/// Another server: answers with the documents that a test puts there, and counts what it was asked.
public final class FakePeer: Sendable {
    private final class Documents: Sendable {
        let replies = Mutex<[String: LoopbackServer.Reply]>([:])
        let asked = Mutex<[String]>([])
    }

    /// The server.
    public let server: LoopbackServer
    /// Where it is.
    public let origin: Origin
    private let documents: Documents

    /// Listens on an address of 127.0.0.0/8, on a free port.
    public init(address: String = "127.0.0.1") throws {
        let documents = Documents()
        self.documents = documents
        server = try LoopbackServer(address: address, closesTLS: true) { request in
            // Counted before the answer leaves, so that whoever has the answer finds it counted.
            documents.asked.withLock { $0.append(request.target) }
            return documents.replies.withLock { $0[request.target] } ?? .response(404)
        }
        origin = try server.origin
    }

    /// Its host, with the port.
    public var host: Domain.Host { origin.host }

    /// A URI on it.
    public func uri(_ target: String) throws -> URI { try URI("\(origin)\(target)") }

    /// Answers a target with a document from now on.
    public func serve(
        _ target: String,
        _ document: JSONObject,
        type: String = "application/activity+json"
    ) {
        let text = String(decoding: JSONWriter.write(.object(document)), as: UTF8.self)
        reply(target, .response(200, text, fields: ["Content-Type: \(type)"]))
    }

    /// Answers a target in any way from now on.
    public func reply(_ target: String, _ reply: LoopbackServer.Reply) {
        documents.replies.withLock { $0[target] = reply }
    }

    /// Sends whoever asks for a target elsewhere.
    public func redirect(_ target: String, to location: String) {
        reply(target, .response(302, fields: ["Location: \(location)"]))
    }

    /// Answers WebFinger for a handle with a subject and an actor.
    public func finger(_ handle: String, subject: String? = nil, actor: URI) {
        let link: JSONValue = [
            "rel": "self", "type": "application/activity+json", "href": .string(actor.description),
        ]
        serve(
            "/.well-known/webfinger?resource=acct:\(handle)",
            ["subject": .string("acct:\(subject ?? handle)"), "links": [link]],
            type: "application/jrd+json"
        )
    }

    /// How often a target was asked for; all targets with nil.
    public func count(_ target: String? = nil) -> Int {
        documents.asked.withLock { asked in asked.count { target == nil || $0 == target } }
    }

    /// A person's document with their key.
    public func actor(_ path: String, _ name: String, signer: SigningKey) throws -> JSONObject {
        let id = "\(origin)\(path)"
        return [
            "@context": "https://www.w3.org/ns/activitystreams", "id": .string(id), "type": "Person",
            "preferredUsername": .string(name), "inbox": .string("\(id)/inbox"),
            "followers": .string("\(id)/followers"),
            "publicKey": [
                "id": .string(signer.keyID), "owner": .string(id),
                "publicKeyPem": .string(try signer.publicText()),
            ],
        ]
    }

    /// A document of `Tests/Fixtures/peers` with this peer's origin and key in it.
    public func fixture(
        _ path: String,
        key: SigningKey? = nil,
        local: URI? = nil,
        follow: URI? = nil,
        post: URI? = nil
    ) throws -> JSONObject {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/peers/\(path).json")
        var text = try String(contentsOf: file, encoding: .utf8)
        let pem = try key?.publicText().replacingOccurrences(of: "\n", with: "\\n")
        for (word, value) in [
            ("ORIGIN", origin.description), ("HOST", host.description), ("PEM", pem),
            ("LOCAL", local?.description), ("FOLLOW", follow?.description),
            ("POST", post?.description),
        ] {
            if let value { text = text.replacingOccurrences(of: word, with: value) }
        }
        guard case .object(let object) = try JSONParser.parse(Array(text.utf8)) else {
            throw LoopbackServer.SetupError()
        }
        return object
    }
}
