/// An absolute http or https address that may stand in an `href`.
struct WebLink {
    /// The address, all ASCII: the host lower-cased and in Punycode, other characters percent-encoded.
    let href: String
    /// The host, with the port when the address names one, as a reader is shown it.
    let authority: String
    /// The host alone.
    let host: String

    /// The longest address taken, in bytes as written.
    static let maximumBytes = 2_048

    /// Reads an address strictly; `nil` for everything but `http://host...` and `https://host...`.
    ///
    /// Browsers repair addresses: they drop tabs and line feeds (`java\nscript:`), read `\` as `/`, and take
    /// what stands before `@` for a name. What would need repair is refused here, so that a browser
    /// sees just what was judged.
    init?(_ text: some Sequence<UInt8>) {
        let bytes = Self.trimmed(Array(text))
        guard bytes.count <= Self.maximumBytes,
            !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") })
        else { return nil }
        let scheme: String
        if bytes.prefix(8).map(\.asciiLowercased).elementsEqual("https://".utf8) {
            scheme = "https://"
        } else if bytes.prefix(7).map(\.asciiLowercased).elementsEqual("http://".utf8) {
            scheme = "http://"
        } else {
            return nil
        }
        let afterScheme = bytes.dropFirst(scheme.utf8.count)
        let written = afterScheme.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard let (host, port) = Self.splitPort(written), let name = Self.hostName(host) else { return nil }
        self.host = name
        authority = port.isEmpty ? name : name + ":" + port
        href = scheme + authority + Self.percentEncoded(afterScheme[written.endIndex...])
    }

    /// Returns a host name in lower-case ASCII; `nil` when it is not made of dot-separated labels of letters,
    /// digits, `-` and `_`, or a bracketed IPv6 address.
    static func hostName(_ bytes: some Collection<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else { return nil }
        if text.utf8.first == UInt8(ascii: "[") {
            let inner = text.utf8.dropFirst().dropLast()
            let isAddress = inner.allSatisfy { byte in
                byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
                    || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            }
            return isAddress && !inner.isEmpty && text.utf8.last == UInt8(ascii: "]")
                ? text.lowercased() : nil
        }
        let folded = CompatibilityFold.fold(text)
        guard folded.unicodeScalars.allSatisfy(isHostScalar) else { return nil }
        var labels: [String] = []
        for label in folded.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
            guard let encoded = Punycode.encoded(label: String(label)) else { return nil }
            labels.append(encoded)
        }
        let name = labels.joined(separator: ".")
        return name.utf8.count <= 253 ? name : nil
    }

    /// Whether a scalar may stand in a host name (a dot separates labels).
    static func isHostScalar(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return byte.isASCIILetter || byte.isASCIIDigit || scalar == "." || scalar == "-" || scalar == "_"
        }
        return scalar.isWordScalar
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        while rest.first?.isHTMLSpace == true { rest.removeFirst() }
        while rest.last?.isHTMLSpace == true { rest.removeLast() }
        return Array(rest)
    }

    /// Splits `host:port`; `nil` for a port that is none, and for a name or password before the host.
    private static func splitPort(_ authority: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, String)? {
        guard !authority.contains(UInt8(ascii: "@")) else { return nil }
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")),
            !authority[colon...].contains(UInt8(ascii: "]"))
        else { return (authority, "") }
        let digits = authority[(colon + 1)...]
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy(\.isASCIIDigit),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return (authority[..<colon], String(port))
    }

    private static func percentEncoded(_ bytes: ArraySlice<UInt8>) -> String {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            if byte >= 0x80 || unsafe.contains(byte) {
                out.append(UInt8(ascii: "%"))
                out.append(hexadecimal[Int(byte >> 4)])
                out.append(hexadecimal[Int(byte & 15)])
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let unsafe = Set("\"<>`'{}|^".utf8)
}

extension UnicodeScalar {
    /// Whether this is a letter, a mark or a digit of some script.
    var isWordScalar: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber:
            !properties.isDefaultIgnorableCodePoint
        default: false
        }
    }
}
