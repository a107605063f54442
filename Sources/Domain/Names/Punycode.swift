/// Checks the labels of internationalised names, which are taken in their encoded form alone.
enum Punycode {
    /// Whether a lower-case label, `xn--` taken off, encodes characters without another spelling.
    ///
    /// Spec: RFC 3492 section 6.2; UTS 46 section 4.1.
    static func isValid(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = label.lastIndex(of: UInt8(ascii: "-"))
        let encoded = hyphen.map { label[($0 + 1)...] } ?? label
        var length = UInt32(hyphen.map { $0 - label.startIndex } ?? 0)
        var character: UInt32 = 128
        var position: UInt32 = 0
        var bias: UInt32 = 72
        var digits = encoded.makeIterator()
        guard !encoded.isEmpty else { return false }
        while let first = digits.next() {
            guard let delta = delta(first, &digits, bias) else { return false }
            length += 1
            let (sum, overflow) = position.addingReportingOverflow(delta)
            guard !overflow else { return false }
            bias = adapted(delta, length, isFirst: position == 0 && character == 128)
            let (next, tooLarge) = character.addingReportingOverflow(sum / length)
            guard !tooLarge, let scalar = Unicode.Scalar(next), mayStandInHost(scalar) else { return false }
            character = next
            position = sum % length + 1
        }
        return true
    }

    /// One number of variable length; nil when it is cut short, too large, or no number.
    private static func delta(
        _ first: UInt8,
        _ digits: inout ArraySlice<UInt8>.Iterator,
        _ bias: UInt32
    ) -> UInt32? {
        var number: UInt32 = 0
        var weight: UInt32 = 1
        var threshold: UInt32 = 36
        var byte: UInt8? = first
        while let digit = byte.flatMap(value) {
            let (part, overflow) = digit.multipliedReportingOverflow(by: weight)
            let (sum, tooLarge) = number.addingReportingOverflow(part)
            guard !overflow, !tooLarge else { return nil }
            number = sum
            let limit = threshold <= bias ? 1 : min(threshold - bias, 26)
            if digit < limit { return number }
            let (next, tooHeavy) = weight.multipliedReportingOverflow(by: 36 - limit)
            guard !tooHeavy else { return nil }
            weight = next
            threshold += 36
            byte = digits.next()
        }
        return nil
    }

    private static func mayStandInHost(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xDF, 0x3C2, 0x200C, 0x200D: return true  // UTS 46 section 7
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .unassigned, .privateUse, .surrogate: return false
        default: return !scalar.properties.changesWhenNFKCCaseFolded
        }
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        if byte.isLowerLetter { return UInt32(byte - 0x61) }
        return byte.isDigit ? UInt32(byte - 0x30) + 26 : nil
    }

    private static func adapted(_ delta: UInt32, _ length: UInt32, isFirst: Bool) -> UInt32 {
        var delta = delta / (isFirst ? 700 : 2)
        delta += delta / length
        var bias: UInt32 = 0
        while delta > 455 {
            delta /= 35
            bias += 36
        }
        return bias + 36 * delta / (delta + 38)
    }
}
