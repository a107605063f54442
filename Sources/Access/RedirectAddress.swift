import Domain

/// Where an app may have people sent back to.
///
/// Spec: RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 2.1.
public enum RedirectAddress {
    /// The longest in bytes.
    static let longest = 2_048

    /// Schemes that browsers run, show or send as something else than a visit.
    private static let refused: Set<String> = [
        "javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss",
        "ftp",
        "mailto", "tel", "sms", "urn", "chrome", "resource", "jar", "feed", "livescript", "mocha", "intent",
    ]

    /// Whether an app may register it: https; http on the device itself; a scheme of the app's own; or the out-of-band
    /// address.
    static func isGood(_ text: String) -> Bool {
        if text == ClientApp.outOfBand { return true }
        guard text.utf8.count <= longest, text.utf8.allSatisfy(isPlain), let scheme = scheme(of: text) else {
            return false
        }
        switch scheme {
        case "https": return (try? URI(text)) != nil
        case "http":
            guard
                let authority = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
                    .first
            else { return false }
            let name =
                authority.hasPrefix("[")
                ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
            let port = authority.dropFirst(name.count)
            let isPort = port.isEmpty || port.first == ":" && UInt16(port.dropFirst()).map { $0 > 0 } ?? false
            return ["localhost", "127.0.0.1", "[::1]"].contains(name) && isPort
        default: return !refused.contains(scheme) && text.utf8.count > scheme.utf8.count + 1
        }
    }

    /// The scheme in lower case; nil when there is none.
    static func scheme(of text: String) -> String? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon].lowercased()
        guard let first = scheme.utf8.first, (0x61...0x7A).contains(first) else { return nil }
        let isName = scheme.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
        }
        return isName ? scheme : nil
    }

    /// What a policy of a page names to let a form lead there: its origin, or its scheme.
    ///
    /// Spec: CSP 3, `form-action`.
    public static func policySource(of text: String) -> String? {
        guard let scheme = scheme(of: text), text != ClientApp.outOfBand else { return nil }
        guard scheme == "https" || scheme == "http" else { return "\(scheme):" }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return nil }
        return "\(scheme)://\(parts[2].prefix { $0 != "?" })"
    }

    /// Where it leads, in words for the person who is asked.
    public static func shown(_ text: String) -> String {
        policySource(of: text).map {
            $0.hasSuffix(":") ? "the app on your device" : String($0.drop { $0 != "/" }.dropFirst(2))
        }
            ?? "a page that shows you a code"
    }

    /// The address with fields added to its query; their values are escaped.
    public static func adding(_ fields: [(String, String)], to address: String) -> String {
        let query = fields.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
        let isOpen = address.hasSuffix("?") || address.hasSuffix("&")
        return address + (isOpen ? "" : address.contains("?") ? "&" : "?") + query
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                return String(UnicodeScalar(byte))
            default: return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// ASCII that can be seen, without what ends an address in other texts, and without a fragment.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"'<>\\^`{|}#;,".utf8.contains(byte)
    }
}
