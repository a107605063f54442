/// Takes out of text what is never meant to be seen and may change how the rest is read.
enum TextFilter {
    /// Returns `bytes` (UTF-8) without control characters (tab and line feed stay), bidirectional overrides,
    /// embeddings and isolates (U+202A to U+202E, U+2066 to U+2069) and annotation marks (U+FFF9 to U+FFFB).
    ///
    /// An override makes `gpj.exe` read `exe.jpg` and turns a host's letters round; the direction of ordinary
    /// Arabic or Hebrew text needs none of them.
    static func cleaned(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let length = unwantedLength(bytes, at: index)
            if length == 0 {
                out.append(bytes[index])
                index += 1
            } else {
                index += length
            }
        }
        return out
    }

    /// The number of bytes at `index` that go: 0 when the character stays.
    private static func unwantedLength(_ bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        if first < 0x20 { return first == 0x09 || first == 0x0A ? 0 : 1 }
        if first == 0x7F { return 1 }
        guard first == 0xC2 || first == 0xE2 || first == 0xEF, index + 1 < bytes.count else { return 0 }
        let second = bytes[index + 1]
        if first == 0xC2 { return second < 0xA0 ? 2 : 0 }
        guard index + 2 < bytes.count else { return 0 }
        switch (first, second, bytes[index + 2]) {
        case (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xA6...0xA9), (0xEF, 0xBF, 0xB9...0xBB): return 3
        default: return 0
        }
    }
}
