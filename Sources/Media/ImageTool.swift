import Foundation

/// Runs the programs of libvips, each in a process of its own that ends with its step.
///
/// Pictures come from outside and decoders have had bugs: a process that a picture takes over, or drives mad, is not this
/// one, and its time, memory and files are limited by the kernel. Loaders that libvips calls untrusted are off.
struct ImageTool: Sendable {
    let limits: MediaLimits

    /// The environment of each program: nothing of ours goes there.
    private static let environment = [
        "PATH": "/usr/bin:/bin", "VIPS_BLOCK_UNTRUSTED": "1", "VIPS_CONCURRENCY": "1", "LC_ALL": "C.UTF-8",
    ]

    /// What a program printed, and whether it ended well.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
    }

    /// Runs a program in a folder.
    ///
    /// - Throws: `MediaError.unavailable` when it cannot be started.
    func run(_ program: String, _ arguments: [String], in folder: String) async throws(MediaError) -> Outcome
    {
        let printed = "\(folder)/printed"
        guard FileManager.default.createFile(atPath: printed, contents: nil),
            let output = FileHandle(forWritingAtPath: printed)
        else { throw .diskFull }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments =
            [
                // In real time, for one that sleeps; the kernel ends one that computes.
                "--signal=KILL", "\(limits.seconds * 3)", "prlimit", "--cpu=\(limits.seconds)",
                "--as=\(limits.memory)",
                "--fsize=\(limits.imageBytes * 4)", "--nofile=64", "--core=0", "--", program,
            ] + arguments
        process.environment = Self.environment
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let status: Int32
        do {
            status = try await withCheckedThrowingContinuation { waiting in
                process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
                do {
                    try process.run()
                } catch {
                    process.terminationHandler = nil
                    waiting.resume(throwing: error)
                }
            }
        } catch {
            throw .unavailable(reason: "\(error)")
        }
        try? output.close()
        // `timeout` and `prlimit` say so when the program itself is not there.
        if status == 126 || status == 127 {
            throw .unavailable(reason: "\(program) is not installed: libvips-tools")
        }
        let text = FileManager.default.contents(atPath: printed) ?? Data()
        return Outcome(status: status, output: String(decoding: text.prefix(65_536), as: UTF8.self))
    }
}
