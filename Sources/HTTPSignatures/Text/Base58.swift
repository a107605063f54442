/// Base58 with Bitcoin's alphabet, as multibase `z` has it.
enum Base58 {
    private static let alphabet = [UInt8]("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let zero = UInt8(ascii: "1")

    /// Writes bytes; the work grows with the square of their number, so only keys go through here.
    static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []  // least significant first
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(truncatingIfNeeded: carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(truncatingIfNeeded: carry % 58))
                carry /= 58
            }
        }
        let zeros = [UInt8](repeating: zero, count: bytes.prefix { $0 == 0 }.count)
        return String(decoding: zeros + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Reads text of at most 64 letters; nil when it is longer or has another letter.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count <= 64 else { return nil }
        var bytes: [UInt8] = []  // least significant first
        for letter in text {
            guard var carry = alphabet.firstIndex(of: letter) else { return nil }
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            while carry > 0 {
                bytes.append(UInt8(truncatingIfNeeded: carry))
                carry >>= 8
            }
        }
        return [UInt8](repeating: 0, count: text.prefix { $0 == zero }.count) + bytes.reversed()
    }
}
