/// One PEM block: a label and the bytes in it.
///
/// Spec: RFC 7468, read strictly: exactly one block with white space around it at most, and no headers in it (so no
/// encrypted keys). Line lengths do not matter.
struct PEM {
    /// More than any key that we take needs, in bytes.
    private static let limit = 16_384

    let label: String
    let bytes: [UInt8]

    init(label: String, bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
    }

    /// Reads a block.
    init(_ text: String) throws(KeyError) {
        guard text.utf8.count <= Self.limit else { throw .malformedPEM }
        let lines = text.utf8.split { $0 == 0x0A || $0 == 0x0D }.map(ASCII.trimmed).filter { !$0.isEmpty }
        let begin = [UInt8]("-----BEGIN ".utf8)
        let dashes = [UInt8]("-----".utf8)
        guard lines.count >= 3, let first = lines.first, let last = lines.last, first.starts(with: begin),
            first.suffix(5).elementsEqual(dashes), first.count > begin.count + dashes.count
        else { throw .malformedPEM }
        let name = first.dropFirst(begin.count).dropLast(dashes.count)
        guard last.elementsEqual([UInt8]("-----END ".utf8) + name + dashes),
            let bytes = Base64.decode([UInt8](lines.dropFirst().dropLast().joined()))
        else { throw .malformedPEM }
        self.label = String(decoding: name, as: UTF8.self)
        self.bytes = bytes
    }

    /// The block in lines of 64 letters, with a line break at its end.
    var text: String {
        var body = Substring(Base64.encode(bytes))
        var text = "-----BEGIN \(label)-----\n"
        while !body.isEmpty {
            text += body.prefix(64) + "\n"
            body = body.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }
}
