/// The container of a WebP picture, without what is not the picture.
///
/// libvips 8.14 writes EXIF, and with it the place where a photo was taken, into WebP even when it is told not to.
///
/// Spec: RFC 9649 section 2.
enum WebPContainer {
    private static let kept: Set<String> = ["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"]
    /// The flags of `VP8X` that announce a colour profile, EXIF and XMP.
    private static let announced: UInt8 = 0x20 | 0x08 | 0x04

    /// The same picture with nothing else in it; nil for what is no whole WebP.
    static func stripped(_ bytes: [UInt8]) -> [UInt8]? {
        guard name(bytes, at: 0) == "RIFF", name(bytes, at: 8) == "WEBP" else { return nil }
        var result = Array(bytes[..<12])
        var start = 12
        while start < bytes.count {
            guard let name = name(bytes, at: start), let length = number(bytes, at: start + 4) else {
                return nil
            }
            // Chunks have even lengths.
            let end = start + 8 + length + length % 2
            guard end <= bytes.count else { return nil }
            if kept.contains(name) {
                let first = result.count
                result += bytes[start..<end]
                if name == "VP8X", length > 0 { result[first + 8] &= ~announced }
            }
            start = end
        }
        let size = result.count - 8
        for (place, shift) in [(4, 0), (5, 8), (6, 16), (7, 24)] {
            result[place] = UInt8(truncatingIfNeeded: size >> shift)
        }
        return result
    }

    private static func name(_ bytes: [UInt8], at start: Int) -> String? {
        guard bytes.count >= start + 4 else { return nil }
        return String(decoding: bytes[start..<start + 4], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], at start: Int) -> Int? {
        guard bytes.count >= start + 4 else { return nil }
        return bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
