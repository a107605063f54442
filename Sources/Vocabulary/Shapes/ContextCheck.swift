/// Refuses contexts that give the terms on which we act another meaning.
///
/// A context that only adds terms, or repeats the usual definitions, passes; remote contexts are taken for what
/// their name says and never fetched.
enum ContextCheck {
    private static let activityStreams = "https://www.w3.org/ns/activitystreams#"

    /// The terms on which an authority or an effect hangs, with what they stand for besides `as:TERM`.
    private static let meanings: [String: Set<String>] = [
        "id": ["@id"], "type": ["@type"], "as": [activityStreams],
        "actor": [], "object": [], "attributedTo": [], "to": [], "cc": [], "bto": [], "bcc": [], "target": [],
        "audience": [], "content": [], "inReplyTo": [], "outbox": [], "followers": [], "following": [],
        "preferredUsername": [], "endpoints": [], "sharedInbox": [], "items": [], "orderedItems": [],
        "inbox": ["ldp:inbox", "http://www.w3.org/ns/ldp#inbox"],
        "publicKey": security("publicKey"), "publicKeyPem": security("publicKeyPem"),
        "owner": security("owner"),
        "controller": security("controller"), "assertionMethod": security("assertionMethod"),
        "publicKeyMultibase": security("publicKeyMultibase"),
    ]

    private static func security(_ term: String) -> Set<String> {
        ["sec:\(term)", "https://w3id.org/security#\(term)", "toot:\(term)"]
    }

    /// Checks a `@context`.
    ///
    /// - Throws: `ShapeError.redefinedTerm`.
    static func check(_ context: JSONValue) throws(ShapeError) {
        for part in context.asList {
            guard case .object(let definitions) = part else { continue }
            for definition in definitions.members {
                guard let known = meanings[definition.key] else { continue }
                guard let meaning = meaning(of: definition.value) else { continue }
                let own = ["as:\(definition.key)", activityStreams + definition.key]
                guard own.contains(meaning) || known.contains(meaning) else {
                    throw .redefinedTerm(definition.key)
                }
            }
        }
    }

    /// What a term is mapped to; nil when the definition only says of what type its values are.
    private static func meaning(of definition: JSONValue) -> String? {
        switch definition {
        case .string(let meaning): meaning
        case .object(let details):
            details["@id"].map { $0.string ?? "" } ?? (details["@reverse"] == nil ? nil : "")
        default: ""
        }
    }
}
