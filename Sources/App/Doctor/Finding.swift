import Vocabulary

/// One thing that the doctor looked at.
struct Finding: Sendable {
    /// What came of it.
    enum Verdict: String, Sendable {
        /// All is well.
        case fine = "ok"
        /// Nothing is wrong, but something is worth knowing or could not be looked at.
        case note
        /// Something is wrong, and the command exits with 1.
        case bad = "FAIL"
    }

    /// What was looked at.
    let name: String
    let verdict: Verdict
    /// What was seen.
    let text: String
    /// What to do; nil when there is nothing.
    let advice: String?

    static func fine(_ name: String, _ text: String) -> Finding {
        Finding(name: name, verdict: .fine, text: text, advice: nil)
    }
    static func note(_ name: String, _ text: String, _ advice: String? = nil) -> Finding {
        Finding(name: name, verdict: .note, text: text, advice: advice)
    }
    static func bad(_ name: String, _ text: String, _ advice: String) -> Finding {
        Finding(name: name, verdict: .bad, text: text, advice: advice)
    }

    var lines: [String] {
        let mark = verdict.rawValue + String(repeating: " ", count: 4 - verdict.rawValue.count)
        return ["\(mark) \(name): \(text)"] + (advice.map { ["     do: \($0)"] } ?? [])
    }

    var json: JSONValue {
        [
            "check": .string(name), "verdict": .string(verdict.rawValue.lowercased()), "found": .string(text),
            "advice": advice.map { .string($0) } ?? .null,
        ]
    }
}
