/// The members of a JSON object in the order in which they were written, each key once.
///
/// Keys are the same only when their bytes are: `é` and `e´` are two keys. A small object is searched from the front,
/// a large one by hash.
public struct JSONObject: Sendable {
    /// A key and its value.
    public struct Member: Sendable, Equatable {
        /// The key.
        public let key: String
        /// The value.
        public var value: JSONValue
    }

    private static let smallCount = 32

    /// The members in order.
    public private(set) var members: [Member] = []
    private var positions: [ExactKey: Int]?

    /// Makes an object without members.
    public init() {}

    /// Makes an object; of members with the same key the last one counts.
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// The value of a key; setting nil removes the member, setting a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): appendNew(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Appends a member unless its key is there already.
    ///
    /// - Returns: whether it was appended.
    mutating func append(_ key: String, _ value: JSONValue) -> Bool {
        guard position(of: key) == nil else { return false }
        appendNew(key, value)
        return true
    }

    private func position(of key: String) -> Int? {
        if let positions { return positions[ExactKey(text: key)] }
        return members.firstIndex { ExactKey.isSame($0.key, key) }
    }

    private mutating func appendNew(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[ExactKey(text: key)] = members.count - 1
        } else if members.count > Self.smallCount {
            index()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        positions = nil
        if members.count > Self.smallCount { index() }
    }

    private mutating func index() {
        var positions: [ExactKey: Int] = [:]
        positions.reserveCapacity(members.count * 2)
        for (position, member) in members.enumerated() { positions[ExactKey(text: member.key)] = position }
        self.positions = positions
    }
}

extension JSONObject: Equatable {
    /// Compares members and their order.
    public static func == (one: JSONObject, other: JSONObject) -> Bool { one.members == other.members }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of a literal.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// A key that is compared by its bytes; Swift's own comparison takes canonically equivalent text for the same.
struct ExactKey: Hashable, Sendable {
    let text: String

    static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.utf8.elementsEqual(other.utf8)
    }

    static func == (one: ExactKey, other: ExactKey) -> Bool { isSame(one.text, other.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
