import Foundation

@testable import HTTPSignatures

/// Reads the files of Tests/Fixtures/signatures.
enum Fixture {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/signatures")

    /// A file's text without the line break at its end.
    static func text(_ path: String) throws -> String {
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// A request as RFCs print it, with more fields added.
    static func request(_ path: String, fields extra: String? = nil) throws -> (
        message: HTTPMessage, body: [UInt8]
    ) {
        let text = try text(path)
        let end = text.range(of: "\n\n")
        let lines = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\n")
        let body = end.map { [UInt8](text[$0.upperBound...].utf8) } ?? []
        let start = lines[0].split(separator: " ")
        var fields = lines.dropFirst().map(field)
        if let extra { fields += try self.text(extra).split(separator: "\n").map(field) }
        let host = fields.first { $0.name == "Host" }?.value ?? ""
        let message = HTTPMessage(
            method: String(start[0]),
            authority: host,
            target: String(start[1]),
            fields: fields
        )
        return (message, body)
    }

    private static func field(_ line: Substring) -> (name: String, value: String) {
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
    }
}
