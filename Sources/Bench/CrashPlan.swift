import Foundation

/// Kills the program at one of its calls, by the library `CCrashPoint`, which is preloaded into it;
/// its header describes the plan's file.
struct CrashPlan {
    /// A call that is waited for; the last of a plan kills.
    struct Step {
        /// `before` or `after`.
        let moment: String
        /// `write`, `sync`, `rename` or `connect`.
        let call: String
        /// How the file's path ends; nothing for a connection.
        let suffix: String
        /// Which of these calls, from 1.
        var count = 1
        /// Whether only writes that hold the marked activity or post are counted.
        var isMarked = false
    }

    /// The library's path.
    let library: String
    /// The file of the plan; there is none until the plan is to count.
    let file: String

    /// What the program is started with.
    var environment: [String: String] { ["LD_PRELOAD": library, "CRASH_PLAN": file] }

    /// Makes the plan count from now on.
    func arm(_ steps: [Step], mark: String = "") throws {
        let lines = steps.map { step in
            "\(step.moment) \(step.call) \(step.suffix.isEmpty ? "-" : step.suffix) \(step.count) \(step.isMarked ? mark : "")\n"
        }
        try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
    }

    func disarm() {
        try? FileManager.default.removeItem(atPath: file)
    }
}
