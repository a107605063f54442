/// Writes names, labels and numbers in Prometheus's text format, version 0.0.4.
enum PrometheusText {
    /// Makes a legal metric or label name: other bytes than letters, digits and underscores become underscores.
    static func name(_ text: String) -> String {
        let bytes = text.utf8.prefix(200).enumerated().map { index, byte -> UInt8 in
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, UInt8(ascii: "_"): byte
            case 0x30...0x39 where index > 0: byte
            default: UInt8(ascii: "_")
            }
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    /// Writes labels without their braces, sorted by name; values are cut at 200 bytes.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (name($0.0), $0.1) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    /// Appends one sample.
    static func line(_ name: String, _ labels: String, _ value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty { text += "{\(labels)}" }
        text += " \(number(value))\n"
    }

    /// A whole number without a fraction, anything else as Swift prints it.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        var text: [UInt8] = []
        for byte in value.utf8.prefix(200) {
            switch byte {
            case UInt8(ascii: "\\"): text += Array("\\\\".utf8)
            case UInt8(ascii: "\""): text += Array("\\\"".utf8)
            case UInt8(ascii: "\n"): text += Array("\\n".utf8)
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
