/// Brings a document into the one form that everything else reads: plain terms, no aliases.
///
/// We read JSON, not JSON-LD: contexts are never fetched. So a document whose meaning would be another to a JSON-LD
/// processor is refused. Its aliases `@id`, `@type` and the prefix `as:` are replaced.
enum PlainForm {
    private static let namespace = "https://www.w3.org/ns/activitystreams#"

    /// Returns the document in plain form.
    ///
    /// - Throws: `ShapeError`.
    static func of(_ object: JSONObject) throws(ShapeError) -> JSONObject {
        // Most documents are plain already and need not be copied.
        try isPlain(object) ? object : try plain(object)
    }

    /// Refuses what we do not read, and tells whether anything has to be renamed.
    private static func isPlain(_ object: JSONObject) throws(ShapeError) -> Bool {
        var isPlain = true
        for member in object.members {
            switch member.key {
            case "@context": try ContextCheck.check(member.value)
            case "@graph", "@included", "@reverse": throw .unsupportedKeyword(member.key)
            case "type" where hasPrefix(member.value): isPlain = false
            default:
                if name(of: member.key) != member.key { isPlain = false }
                if try !self.isPlain(member.value) { isPlain = false }
            }
        }
        return isPlain
    }

    private static func isPlain(_ value: JSONValue) throws(ShapeError) -> Bool {
        switch value {
        case .object(let object): return try isPlain(object)
        case .array(let values):
            var isPlain = true
            for value in values where try !self.isPlain(value) { isPlain = false }
            return isPlain
        default: return true
        }
    }

    private static func hasPrefix(_ types: JSONValue) -> Bool {
        types.asList.contains { $0.string.map { term($0) != $0 } ?? false }
    }

    private static func plain(_ value: JSONValue) throws(ShapeError) -> JSONValue {
        switch value {
        case .object(let object): return .object(try plain(object))
        case .array(let values):
            var plainValues: [JSONValue] = []
            plainValues.reserveCapacity(values.count)
            for value in values { plainValues.append(try plain(value)) }
            return .array(plainValues)
        default: return value
        }
    }

    private static func plain(_ object: JSONObject) throws(ShapeError) -> JSONObject {
        var result = JSONObject()
        for member in object.members {
            let key = name(of: member.key)
            let value = key == "@context" ? member.value : try plain(member.value)
            let named = key == "type" ? types(value) : value
            guard result.append(key, named) || result[key] == named else { throw .conflictingAliases(key) }
        }
        return result
    }

    private static func name(of key: String) -> String {
        switch key {
        case "@id": "id"
        case "@type": "type"
        default: term(key)
        }
    }

    private static func types(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let name): .string(term(name))
        case .array(let values): .array(values.map { types($0) })
        default: value
        }
    }

    /// A term of ActivityStreams without its prefix or namespace.
    private static func term(_ text: String) -> String {
        if text.utf8.starts(with: "as:".utf8) { return String(text.dropFirst(3)) }
        if text.utf8.starts(with: namespace.utf8) { return String(text.dropFirst(namespace.count)) }
        return text
    }
}
