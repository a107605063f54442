import Foundation
import Testing

/// One case of `Tests/Fixtures/html`: what a peer sends and what is shown.
struct HTMLCase: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let shown: String

    var testDescription: String { name }

    /// Reads the cases of one file; none when it cannot be read, which the tests take for a failure.
    static func all(in file: String) -> [HTMLCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = folder.appendingPathComponent("Fixtures/html/\(file)")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        return ("\n" + text).components(separatedBy: "\n## ").dropFirst().compactMap { part in
            guard let line = part.firstRange(of: "\n") else { return nil }
            var body = String(part[line.upperBound...])
            if body.hasSuffix("\n") { body.removeLast() }
            let sides = ("\n" + body + "\n").components(separatedBy: "\n=>\n")
            guard sides.count == 2 else { return nil }
            return HTMLCase(
                name: String(part[..<line.lowerBound]),
                source: String(sides[0].dropFirst()),
                shown: String(sides[1].dropLast())
            )
        }
    }
}
