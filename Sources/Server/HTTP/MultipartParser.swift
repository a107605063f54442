/// Reads `multipart/form-data` as it comes, in pieces of any size, and holds no more than a delimiter's length of it.
///
/// Spec: RFC 7578; RFC 2046 section 5.1. Stricter than they are: lines end in CR LF, delimiters have no padding.
struct MultipartParser {
    /// What was found.
    enum Event: Equatable {
        /// A part begins; `isFile`: whether its sender named a file.
        case part(name: String, isFile: Bool)
        /// Bytes of the part.
        case data([UInt8])
    }

    /// Why it cannot be read.
    enum Refusal: Error, Equatable {
        case malformed
        case tooManyParts
        case headerTooLong
    }

    static let maximumParts = 64
    static let maximumHeader = 8 * 1024

    private enum State { case preamble, delimited, header, body, end }

    private let delimiter: [UInt8]
    private var state = State.preamble
    // The first delimiter may come without a line before it.
    private var held: [UInt8] = [0x0D, 0x0A]
    private var parts = 0

    /// Takes the boundary of a `Content-Type`; nil when that has none that may be.
    init?(contentType: String) {
        guard let parameters = FieldParameters(contentType), parameters.value == "multipart/form-data",
            let boundary = parameters["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x21...0x7E).contains($0) || $0 == 0x20 }), !boundary.hasSuffix(" ")
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// Whether the last delimiter has come.
    var isComplete: Bool { state == .end }

    /// Takes the next bytes.
    ///
    /// - Throws: `Refusal`.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(Refusal) -> [Event] {
        if state == .end { return [] }
        held += bytes
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Goes on as far as the bytes allow; false when more are needed.
    private mutating func step(_ events: inout [Event]) throws(Refusal) -> Bool {
        switch state {
        case .preamble, .body:
            let found = position(of: delimiter)
            let end = found ?? max(0, held.count - delimiter.count + 1)
            if state == .body, end > 0 { events.append(.data(Array(held[..<end]))) }
            held.removeFirst(found == nil ? end : end + delimiter.count)
            if found != nil { state = .delimited }
            return found != nil
        case .delimited:
            guard held.count >= 2 else { return false }
            if held[0] == 0x2D, held[1] == 0x2D {
                state = .end
                held = []
                return false
            }
            guard held[0] == 0x0D, held[1] == 0x0A else { throw .malformed }
            parts += 1
            guard parts <= Self.maximumParts else { throw .tooManyParts }
            held.removeFirst(2)
            state = .header
            return true
        case .header:
            guard let end = position(of: [0x0D, 0x0A, 0x0D, 0x0A]) else {
                guard held.count <= Self.maximumHeader else { throw .headerTooLong }
                return false
            }
            guard end <= Self.maximumHeader else { throw .headerTooLong }
            events.append(try Self.part(held[..<end]))
            held.removeFirst(end + 4)
            state = .body
            return true
        case .end: return false
        }
    }

    private func position(of pattern: [UInt8]) -> Int? {
        guard let first = pattern.first, held.count >= pattern.count else { return nil }
        var start = held.startIndex
        while let found = held[start...].firstIndex(of: first), held.count - found >= pattern.count {
            if held[found..<found + pattern.count].elementsEqual(pattern) { return found }
            start = found + 1
        }
        return nil
    }

    private static func part(_ header: ArraySlice<UInt8>) throws(Refusal) -> Event {
        for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2 else { throw .malformed }
            guard field[0].lowercased() == "content-disposition" else { continue }
            guard let parameters = FieldParameters(String(field[1])), parameters.value == "form-data",
                let name = parameters["name"], !name.isEmpty
            else { throw .malformed }
            return .part(name: name, isFile: parameters["filename"] != nil || parameters["filename*"] != nil)
        }
        throw .malformed
    }
}

/// The value of a header field and its parameters, `form-data; name="file"`.
///
/// Spec: RFC 9110 section 5.6.6; quotes in names as browsers send them, `%22`, are left so.
struct FieldParameters {
    /// The value in lower case.
    let value: String
    private var parameters: [String: String] = [:]

    /// Reads it; nil when it is malformed or names a parameter twice.
    init?(_ text: String) {
        var rest = Substring(text)
        value = Self.token(&rest, until: ";").lowercased()
        guard !value.isEmpty else { return nil }
        while !rest.isEmpty {
            rest.removeFirst()
            let name = Self.token(&rest, until: "=").lowercased()
            if name.isEmpty, rest.isEmpty { break }
            guard rest.first == "=", !name.isEmpty else { return nil }
            rest.removeFirst()
            let isQuoted = rest.first == "\""
            guard let text = isQuoted ? Self.quoted(&rest) : Self.token(&rest, until: ";"),
                parameters.updateValue(text, forKey: name) == nil
            else { return nil }
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.isEmpty || rest.first == ";" else { return nil }
        }
    }

    subscript(name: String) -> String? { parameters[name] }

    private static func token(_ rest: inout Substring, until end: Character) -> String {
        let text = rest.prefix { $0 != end && $0 != ";" }
        rest = rest[text.endIndex...]
        let spaces: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = text.drop(while: spaces)
        return String(start.prefix(start.count - start.reversed().prefix(while: spaces).count))
    }

    private static func quoted(_ rest: inout Substring) -> String? {
        var text = ""
        rest.removeFirst()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\" where rest.first == "\"" || rest.first == "\\": text.append(rest.removeFirst())
            default: text.append(character)
            }
        }
        return nil
    }
}
