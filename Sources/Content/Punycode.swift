/// Writes a label of a host name in ASCII.
///
/// Spec: RFC 3492 section 6.3, with the parameters of section 5.
enum Punycode {
    /// Returns `label` as it stands when it is ASCII, else `xn--` and its Punycode; `nil` for labels that
    /// are empty or longer than 63 bytes (DNS allows no more).
    static func encoded(label: String) -> String? {
        let scalars = label.unicodeScalars.map(\.value)
        guard !scalars.isEmpty, scalars.count <= 63 else { return nil }
        if scalars.allSatisfy({ $0 < 0x80 }) { return label }
        guard let digits = encode(scalars), digits.count <= 59 else { return nil }
        return "xn--" + String(decoding: digits, as: UTF8.self)
    }

    /// With at most 63 scalars below 0x110000, no sum here passes 63 * 0x110000.
    private static func encode(_ scalars: [UInt32]) -> [UInt8]? {
        var out = scalars.filter { $0 < 0x80 }.map { UInt8(truncatingIfNeeded: $0) }
        let basicCount = out.count
        if basicCount > 0 { out.append(UInt8(ascii: "-")) }
        var codePoint: UInt32 = 128
        var delta: UInt32 = 0
        var bias: UInt32 = 72
        var handled = basicCount
        while handled < scalars.count {
            guard let next = scalars.filter({ $0 >= codePoint }).min() else { return nil }
            delta += (next - codePoint) * UInt32(handled + 1)
            codePoint = next
            for scalar in scalars {
                if scalar < codePoint { delta += 1 }
                guard scalar == codePoint else { continue }
                appendDigits(of: delta, bias: bias, to: &out)
                bias = adapted(delta, count: UInt32(handled + 1), isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            codePoint += 1
        }
        return out
    }

    private static func appendDigits(of delta: UInt32, bias: UInt32, to out: inout [UInt8]) {
        var rest = delta
        var step: UInt32 = 36
        while true {
            let threshold = step <= bias ? 1 : min(step - bias, 26)
            if rest < threshold { break }
            out.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            step += 36
        }
        out.append(digit(rest))
    }

    private static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var steps: UInt32 = 0
        while delta > 455 {
            delta /= 35
            steps += 36
        }
        return steps + 36 * delta / (delta + 38)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        let small = UInt8(truncatingIfNeeded: value)
        return small < 26 ? UInt8(ascii: "a") + small : UInt8(ascii: "0") + (small - 26)
    }
}
