public import Domain

/// How the values of `Domain` are stored: ids and times as numbers, names as their canonical text.
extension ID: SQLConvertible, SQLDecodable {
    /// The number.
    public var sqlValue: SQLValue { .integer(rawValue) }
    /// Reads the number.
    public init(sqlValue: SQLValue) throws(StorageError) {
        self.init(rawValue: try Int64(sqlValue: sqlValue))
    }
}

extension Timestamp: SQLConvertible, SQLDecodable {
    /// Unix milliseconds.
    public var sqlValue: SQLValue { .integer(milliseconds) }
    /// Reads Unix milliseconds.
    public init(sqlValue: SQLValue) throws(StorageError) {
        self.init(milliseconds: try Int64(sqlValue: sqlValue))
    }
}

extension URI: SQLConvertible, SQLDecodable {
    /// The canonical text.
    public var sqlValue: SQLValue { .text(description) }
    /// Reads the text; anything that is no URI is a damaged row.
    public init(sqlValue: SQLValue) throws(StorageError) {
        let text = try String(sqlValue: sqlValue)
        guard let uri = try? URI(text) else { throw .decode(column: "", reason: "not a URI") }
        self = uri
    }
}

extension Host: SQLConvertible, SQLDecodable {
    /// The canonical text.
    public var sqlValue: SQLValue { .text(description) }
    /// Reads the text; anything that is no host is a damaged row.
    public init(sqlValue: SQLValue) throws(StorageError) {
        let text = try String(sqlValue: sqlValue)
        guard let host = try? Host(text) else { throw .decode(column: "", reason: "not a host") }
        self = host
    }
}

/// A word of the domain that is stored as its raw value.
public protocol StoredWord: SQLConvertible, SQLDecodable, RawRepresentable<String> {}

extension StoredWord {
    /// The raw value.
    public var sqlValue: SQLValue { .text(rawValue) }
    /// Reads the raw value; an unknown word is a damaged row.
    public init(sqlValue: SQLValue) throws(StorageError) {
        let text = try String(sqlValue: sqlValue)
        guard let word = Self(rawValue: text) else {
            throw .decode(column: "", reason: "unknown word")
        }
        self = word
    }
}

extension School.Federation: StoredWord {}
extension Account.Kind: StoredWord {}
extension Role: StoredWord {}
extension Errand.Kind: StoredWord {}
extension ThreadGap.Reason: StoredWord {}
extension Follow.State: StoredWord {}
extension Audience: StoredWord {}
extension PostType: StoredWord {}
extension InteractionPolicy: StoredWord {}
extension Learning.Kind: StoredWord {}
extension Quote.State: StoredWord {}
extension LinkPreview.State: StoredWord {}
extension Post.Attachment.Kind: StoredWord {}
extension Reaction.Kind: StoredWord {}
extension Upload.Portrait: StoredWord {}
extension Notice.Kind: StoredWord {}
extension NoticePolicy.Answer: StoredWord {}
extension ReadingMark.List: StoredWord {}
extension StreamEvent.Kind: StoredWord {}
extension Partner.State: StoredWord {}
extension ReceivedActivity.State: StoredWord {}
extension Delivery.State: StoredWord {}
