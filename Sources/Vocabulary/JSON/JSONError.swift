/// Why bytes are not JSON as we take it, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable {
        case byteOrderMark = "a byte order mark"
        case controlCharacter = "a control character in a string"
        case duplicateKey = "a key that was there before"
        case escape = "an unknown escape"
        case invalidUTF8 = "text that is not UTF-8"
        case loneSurrogate = "half of a surrogate pair"
        case number = "a malformed number"
        case numberTooLarge = "a number too large to hold"
        case tooDeep = "too many levels"
        case trailingBytes = "something after the end"
        case unexpectedByte = "an unexpected character"
        case unexpectedEnd = "the end, too early"
    }

    /// What is wrong.
    public let reason: Reason
    /// The position in bytes from the start.
    public let offset: Int

    /// The reason and the position, for whoever sent it.
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
