/// Somebody as a text names them: `@ben`, or `@ben@south.example`.
public struct MentionName: Sendable, Hashable, CustomStringConvertible {
    /// The name as written: ASCII letters, digits, `_`, and `.` and `-` inside; at most 64 bytes.
    public let name: String
    /// The host in lower-case ASCII (Punycode), with a port when one is written; `nil` for the author's own school.
    public let host: String?

    /// The name with its `@`, and its host when it has one.
    public var description: String { host.map { "@\(name)@\($0)" } ?? "@\(name)" }

    /// Reads `@name` or `@name@host`; `nil` when the whole text is not one.
    public init?(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        guard let (mention, end) = Self.read(scalars, at: 0), end == scalars.count else { return nil }
        self = mention
    }

    private init(name: String, host: String?) {
        self.name = name
        self.host = host
    }

    /// Two names are the same when they differ in ASCII case only.
    public static func == (left: MentionName, right: MentionName) -> Bool {
        left.key == right.key
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
    }

    /// All ASCII, so that comparing strings compares bytes.
    private var key: String { description.lowercased() }

    /// Reads a mention that begins at `start`, and tells where it ends.
    static func read(_ scalars: [UnicodeScalar], at start: Int) -> (MentionName, end: Int)? {
        guard start < scalars.count, scalars[start] == "@" else { return nil }
        let name = run(scalars, from: start + 1) { isNameScalar($0) || $0 == "." || $0 == "-" }
        guard (1...64).contains(name.count), let first = name.first, isNameScalar(first) else { return nil }
        let end = name.endIndex
        if end < scalars.count, scalars[end] == "@" {
            let host = run(scalars, from: end + 1, while: WebLink.isHostScalar)
            if let hostName = WebLink.hostName(string(host).utf8) {
                let port = port(scalars, at: host.endIndex)
                let mention = MentionName(name: string(name), host: hostName + string(port))
                return (mention, port.endIndex)
            }
        }
        return (MentionName(name: string(name), host: nil), end)
    }

    /// The longest run from `start`, without punctuation at its end.
    private static func run(
        _ scalars: [UnicodeScalar],
        from start: Int,
        while belongs: (UnicodeScalar) -> Bool
    ) -> ArraySlice<UnicodeScalar> {
        // No name or host is longer than 253.
        var run = scalars[start...].prefix(254).prefix(while: belongs)
        while let last = run.last, last == "." || last == "-" { run.removeLast() }
        return run
    }

    /// `:` and two to five digits, as hosts in demonstrations have them.
    private static func port(_ scalars: [UnicodeScalar], at start: Int) -> ArraySlice<UnicodeScalar> {
        let none = scalars[start..<start]
        guard start < scalars.count, scalars[start] == ":" else { return none }
        let digits = scalars[(start + 1)...].prefix(6).prefix { ("0"..."9").contains($0) }
        guard (2...5).contains(digits.count), UInt16(string(digits)) != nil else { return none }
        return scalars[start..<digits.endIndex]
    }

    private static func isNameScalar(_ scalar: UnicodeScalar) -> Bool {
        scalar.isASCII && (scalar == "_" || WebLink.isHostScalar(scalar)) && scalar != "." && scalar != "-"
    }

    private static func string(_ scalars: ArraySlice<UnicodeScalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
