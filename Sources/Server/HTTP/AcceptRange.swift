/// One media range of an `Accept` field.
struct AcceptRange {
    /// The type in lower case, or `*`.
    let type: String
    /// The subtype in lower case, or `*`.
    let subtype: String
    /// The weight in thousandths.
    let quality: Int
    /// The `profile` parameter, unquoted.
    let profile: String?

    /// More than any client sends; work stays bounded however long the field is.
    private static let most = 64

    /// Reads the ranges of all fields; what is malformed is left out.
    static func parse(_ fields: [String]) -> [AcceptRange] {
        var ranges: [AcceptRange] = []
        var seen = 0
        for field in fields {
            for item in Splitter(field.utf8[...], at: UInt8(ascii: ",")) {
                seen += 1
                guard seen <= most else { return ranges }
                if let range = AcceptRange(item) { ranges.append(range) }
            }
        }
        return ranges
    }

    private init?(_ item: Substring.UTF8View) {
        var parts = Splitter(item, at: UInt8(ascii: ";")).makeIterator()
        guard let range = parts.next() else { return nil }
        let names = trimmed(range).split(
            separator: UInt8(ascii: "/"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.count <= 127 }) else { return nil }
        type = lowered(names[0])
        subtype = lowered(names[1])
        var quality = 1000
        var profile: String?
        for _ in 0..<8 {
            guard let part = parts.next() else { break }
            let pair = trimmed(part).split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard pair.count == 2 else { continue }
            switch lowered(trimmed(pair[0])) {
            case "q":
                guard let weight = Self.weight(trimmed(pair[1])) else { return nil }
                quality = weight
            case "profile": profile = Self.unquoted(trimmed(pair[1]))
            default: break
            }
        }
        self.quality = quality
        self.profile = profile
    }

    /// Reads `0`, `1`, `0.5` up to three decimals, as thousandths.
    private static func weight(_ text: Substring.UTF8View) -> Int? {
        guard (1...5).contains(text.count), let first = text.first, first == 0x30 || first == 0x31 else {
            return nil
        }
        var digits = text.dropFirst()
        if !digits.isEmpty {
            guard digits.removeFirst() == UInt8(ascii: ".") else { return nil }
        }
        var thousandths = first == 0x31 ? 1000 : 0
        var place = 100
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            thousandths += Int(digit - 0x30) * place
            place /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }

    private static func unquoted(_ text: Substring.UTF8View) -> String {
        guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") else {
            return String(Substring(text))
        }
        return String(Substring(text.dropFirst().dropLast()))
    }
}

/// Splits a field's text at a separator that is not inside quotes, without copying it.
private struct Splitter: Sequence, IteratorProtocol {
    private var rest: Substring.UTF8View?
    private let separator: UInt8

    init(_ text: Substring.UTF8View, at separator: UInt8) {
        rest = text
        self.separator = separator
    }

    mutating func next() -> Substring.UTF8View? {
        guard let text = rest else { return nil }
        var quoted = false
        var escaped = false
        for index in text.indices {
            let byte = text[index]
            if escaped {
                escaped = false
            } else if byte == UInt8(ascii: "\\"), quoted {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if byte == separator, !quoted {
                rest = text[text.index(after: index)...]
                return text[..<index]
            }
        }
        rest = nil
        return text
    }
}

private func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
}

/// Lowers ASCII only: to Unicode, the Kelvin sign is a k.
private func lowered(_ text: Substring.UTF8View) -> String {
    String(decoding: text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}
