/// What a Question has besides a note: its answers with their counts, and its end.
///
/// Spec: Activity Vocabulary, Question. `votersCount` is Mastodon's.
public struct PollObject: Sendable, Hashable {
    /// One answer.
    public struct Option: Sendable, Hashable {
        /// The answer as it was written.
        public let name: String
        /// How often it was chosen.
        public let votes: Count
    }

    /// A number that a peer states.
    public enum Count: Sendable, Hashable {
        /// It says nothing.
        case untold
        /// It says something that is no count: negative, huge, or no whole number.
        case unreadable
        /// 0 to 1,000,000,000.
        case known(Int64)
    }

    /// A time that a peer states.
    public enum End: Sendable, Hashable {
        /// It says nothing.
        case untold
        /// It says something that is no time.
        case unreadable
        /// Milliseconds since 1970.
        case at(Int64)
        /// It says that it is over, and not since when.
        case over
    }

    /// The answers, the first 20 of those that have a name.
    public let options: [Option]
    /// Whether there were more than are read.
    public let isCut: Bool
    /// Whether more than one may be chosen.
    public let isMultiple: Bool
    /// How many people voted.
    public let voters: Count
    /// When it is to end.
    public let end: End
    /// When it was closed.
    public let closed: End

    /// Reads them of a document in plain form; nil when there is no answer.
    ///
    /// A document has `oneOf` or `anyOf`; of one that has both the first counts.
    init?(plain: JSONObject) {
        let single = plain["oneOf"]?.asList ?? []
        isMultiple = single.isEmpty
        let all = isMultiple ? plain["anyOf"]?.asList ?? [] : single
        options = all.prefix(ObjectLimits.options).compactMap(Self.option)
        guard !options.isEmpty else { return nil }
        isCut = all.count > ObjectLimits.options
        voters = Self.count(plain["votersCount"])
        end = Self.end(plain["endTime"])
        closed = Self.end(plain["closed"])
    }

    private static func option(_ value: JSONValue) -> Option? {
        guard let object = value.object, let name = object.text("name"), !name.isEmpty,
            name.utf8.count <= ObjectLimits.optionBytes
        else { return nil }
        return Option(name: name, votes: count(object.object("replies")?["totalItems"]))
    }

    private static func count(_ value: JSONValue?) -> Count {
        switch value {
        case nil, .null: .untold
        case .integer(let number) where (0...ObjectLimits.votes).contains(number): .known(number)
        default: .unreadable
        }
    }

    private static func end(_ value: JSONValue?) -> End {
        switch value {
        case nil, .null, .bool(false): .untold
        case .bool(true): .over
        case .string(let text): WireDate.parse(text).map { .at($0) } ?? .unreadable
        default: .unreadable
        }
    }
}
