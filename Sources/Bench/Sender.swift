import Domain
import HTTPSignatures
import Vocabulary

/// Makes signed requests to the measured server, as bytes that are ready to be sent.
struct Sender {
    let peers: FakePeers
    let keyText: String
    let host: String
    var scheme = SigningScheme.cavage

    /// A signed POST of an activity by a host's actor.
    func post(_ activity: JSONObject, by peer: String, to path: String) throws -> [UInt8] {
        let body = JSONWriter.write(.object(activity))
        let key = try SigningKey(rsaPEM: keyText, keyID: "\(peers.actor(peer))#main-key")
        return try post(body, key: key, to: path)
    }

    /// The same with a key that was parsed before: parsing costs more than signing.
    func post(_ body: [UInt8], key: SigningKey, to path: String) throws -> [UInt8] {
        let message = HTTPMessage(
            method: "POST",
            scheme: "http",
            authority: host,
            target: path,
            fields: [(name: "Host", value: host), (name: "Content-Type", value: "application/activity+json")]
        )
        let signature = try MessageSigner.sign(
            message,
            digest: BodyDigest(of: body),
            key: key,
            scheme: scheme,
            at: SystemClock().now().milliseconds
        )
        var request = "POST \(path) HTTP/1.1\r\n"
        for field in message.fields + signature { request += "\(field.name): \(field.value)\r\n" }
        request += "Content-Length: \(body.count)\r\n\r\n"
        return Array(request.utf8) + body
    }

    func create(_ marker: String, by peer: String) -> JSONObject {
        let actor = peers.actor(peer)
        let everybody: JSONValue = "https://www.w3.org/ns/activitystreams#Public"
        return [
            "@context": "https://www.w3.org/ns/activitystreams", "id": .string("\(actor)/create/\(marker)"),
            "type": "Create", "actor": .string(actor), "to": [everybody],
            "cc": [.string("http://\(peer)/followers")],
            "object": [
                "id": .string("\(actor)/note/\(marker)"), "type": "Note", "attributedTo": .string(actor),
                "content": .string(
                    "<p>\(marker) We moved detention to a homework café: more homework, less detention.</p>"
                ),
                "published": .string(WireDate.format(SystemClock().now().milliseconds)), "to": [everybody],
                "cc": [.string("http://\(peer)/followers")],
            ],
        ]
    }

    func follow(_ followed: String, by peer: String) -> JSONObject {
        let actor = peers.actor(peer)
        return [
            "@context": "https://www.w3.org/ns/activitystreams", "id": .string("\(actor)/follow"),
            "type": "Follow",
            "actor": .string(actor), "object": .string(followed),
        ]
    }

    func accept(_ follow: JSONObject, by peer: String) -> JSONObject {
        let actor = peers.actor(peer)
        return [
            "@context": "https://www.w3.org/ns/activitystreams", "id": .string("\(actor)/accept"),
            "type": "Accept",
            "actor": .string(actor), "object": .object(follow),
        ]
    }
}
