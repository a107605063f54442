import FoundationEssentials
import Vocabulary

/// Prints what a command has to say: a table or lines for people, JSON for programs.
enum Output {
    /// Prints a value as JSON, or lines for people.
    static func write(_ value: JSONValue, asJSON isJSON: Bool, _ lines: () -> [String]) {
        if isJSON {
            print(JSONWriter.text(value))
        } else {
            for line in lines() { print(line) }
        }
    }

    /// Lays rows out in columns under a heading.
    static func table(_ heading: [String], _ rows: [[String]]) -> [String] {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
                .joined(separator: "  ").trimmingSuffixSpaces
        }
    }
}

extension String {
    fileprivate var trimmingSuffixSpaces: String {
        var rest = self[...]
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
