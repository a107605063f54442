import Foundation
import Vocabulary

/// Figures of several runs, shown as medians.
struct Report {
    private var names: [String] = []
    private var values: [String: [Double]] = [:]
    let title: String

    init(_ title: String) {
        self.title = title
    }

    /// How many runs have been noted.
    var count: Int { values.values.map(\.count).max() ?? 0 }

    mutating func add(_ name: String, _ value: Double) {
        if values[name] == nil { names.append(name) }
        values[name, default: []].append(value)
    }

    /// Prints the figures, and writes them to a file when one is named.
    func write(_ options: BenchOptions) throws {
        var report = self
        let speeds = options.openssl?.split(separator: " ").compactMap { Double($0) } ?? []
        if speeds.count == 2 {
            report.add("openssl RSA signatures/s", speeds[0])
            report.add("openssl RSA verifications/s", speeds[1])
        }
        if let file = options.output {
            try Data((report.json + "\n").utf8).write(to: URL(fileURLWithPath: file))
        }
        if options.json { print(report.json) } else { report.printTable() }
    }

    private var json: String {
        var document: JSONObject = ["bench": .string(title)]
        for name in names {
            let all = values[name] ?? []
            document[name] = ["median": .number(all.median), "runs": .array(all.map { .number($0) })]
        }
        return JSONWriter.text(.object(document))
    }

    private func printTable() {
        print(title)
        for name in names {
            let all = values[name] ?? []
            let runs = all.map { Self.shown($0) }.joined(separator: "  ")
            print(
                "  \(name.padding(toLength: 38, withPad: " ", startingAt: 0)) \(Self.shown(all.median))   (\(runs))"
            )
        }
    }

    private static func shown(_ value: Double) -> String {
        value == value.rounded() || value >= 1_000
            ? String(format: "%.0f", value) : String(format: "%.2f", value)
    }
}
