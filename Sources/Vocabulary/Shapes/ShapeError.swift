/// Why a JSON object is no ActivityStreams document that we read.
public enum ShapeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A term is there under two names (`id` and `@id`) with different values.
    case conflictingAliases(String)
    /// The context gives a term that we read another meaning.
    case redefinedTerm(String)
    /// A keyword of JSON-LD that would hide what the document says (`@graph`, `@included`, `@reverse`).
    case unsupportedKeyword(String)
    /// A term that is needed is missing, or is no text.
    case missing(String)

    /// The reason, for whoever sent it.
    public var description: String {
        switch self {
        case .conflictingAliases(let term): "two values for \(term)"
        case .redefinedTerm(let term): "the context redefines \(term)"
        case .unsupportedKeyword(let keyword): "\(keyword) is not read"
        case .missing(let term): "no \(term)"
        }
    }
}
