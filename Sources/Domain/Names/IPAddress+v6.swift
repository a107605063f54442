extension IPAddress {
    /// Reads an IPv6 address without brackets or zone; its last four bytes may be a dotted quad.
    init?(v6 text: ArraySlice<UInt8>) {
        guard let (head, tail) = Self.halves(text) else { return nil }
        guard var groups = Self.groups(head, mayEndInQuad: tail == nil) else { return nil }
        if let tail {
            guard let last = Self.groups(tail, mayEndInQuad: true), groups.count + last.count <= 7 else {
                return nil
            }
            groups += Array(repeating: 0, count: 8 - groups.count - last.count) + last
        }
        guard groups.count == 8 else { return nil }
        let join = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        self = .v6(high: join(groups[..<4]), low: join(groups[4...]))
    }

    /// What stands before and after the one "::", or the whole and nil.
    private static func halves(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?)? {
        let colon = UInt8(ascii: ":")
        guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon })
        else {
            return text.isEmpty ? nil : (text, nil)
        }
        return (text[..<gap], text[(gap + 2)...])
    }

    /// Groups of one to four hexadecimal digits between colons; none for an empty text.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInQuad: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInQuad, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard case .v4(let number)? = IPAddress(v4: part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(truncatingIfNeeded: number)]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for byte in part {
                guard let digit = byte.hexValue else { return nil }
                group = group << 4 | UInt16(digit)
            }
            groups.append(group)
        }
        return groups
    }
}
