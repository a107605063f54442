/// Base64 with the standard alphabet and padding (RFC 4648 section 4), read strictly.
///
/// One value has exactly one spelling: no white space, no URL-safe letters, no missing or extra padding, and no bits set
/// that are cut off. A signature cannot be re-spelled on its way.
enum Base64 {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    private static let padding = UInt8(ascii: "=")
    private static let invalid: UInt8 = 0xFF

    /// The value of each byte in the alphabet; 0xFF elsewhere.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in alphabet.enumerated() {
            values[Int(letter)] = UInt8(truncatingIfNeeded: value)
        }
        return values
    }()

    /// Writes bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> bits & 0x3F)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << (6 - bits) & 0x3F)]) }
        while text.count % 4 != 0 { text.append(padding) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads text; nil when it is not the one right spelling of some bytes.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var buffer: UInt32 = 0
        var bits = 0
        var padded = 0
        for letter in text {
            if letter == padding {
                padded += 1
                continue
            }
            let value = values[Int(letter)]
            guard value != invalid, padded == 0 else { return nil }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        // Two letters carry one byte and 4 spare bits, three carry two bytes and 2 spare bits; those must be 0.
        let spare = buffer & (1 << bits - 1)
        guard spare == 0, bits == padded * 2, padded <= 2 else { return nil }
        return bytes
    }
}
