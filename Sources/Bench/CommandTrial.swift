import Foundation

/// Kills the commands that write for themselves: `init`, which migrates, and `backup`.
struct CommandTrial {
    let program: Program
    let plan: CrashPlan
    var random: Seeded

    /// An instant of a command, told by what has happened.
    struct Point {
        let name: String
        let what: String
        let step: @Sendable (inout Seeded) -> CrashPlan.Step
    }

    static let migrating: [Point] = [
        Point(name: "migration-opening", what: "a new file gets its form") { _ in
            .init(moment: "before", call: "sync", suffix: "-journal")
        },
        Point(name: "migration-half-written", what: "the tables are made, at some write") { random in
            .init(
                moment: "before",
                call: "write",
                suffix: "-wal",
                count: .random(in: 1...200, using: &random)
            )
        },
        Point(name: "migration-between", what: "one of the migrations is durable, the next one is not") {
            random in
            .init(moment: "after", call: "sync", suffix: "-wal", count: .random(in: 1...5, using: &random))
        },
    ]

    static let copying: [Point] = [
        Point(name: "backup-half-written", what: "the copy is half written") { random in
            .init(
                moment: "before",
                call: "write",
                suffix: ".partial",
                count: .random(in: 1...80, using: &random)
            )
        },
        Point(name: "backup-unnamed", what: "the copy is whole, and has not got its name") { _ in
            .init(moment: "before", call: "rename", suffix: ".partial")
        },
        Point(name: "backup-named", what: "it has its name, which is not synced") { _ in
            .init(moment: "after", call: "rename", suffix: ".partial")
        },
    ]

    /// Kills `init` on a new file: the next one must finish it, and a school be set up and served from it.
    mutating func migrate(_ point: Point) throws {
        let folder = "\(program.folder)/\(point.name)-\(UInt32.random(in: .min ... .max, using: &random))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let command = Command(path: program.path, database: "\(folder)/staffroom.sqlite")
        try kill(command, ["init"], point)
        let after = try Program(path: program.path, folder: folder, port: try Stage.freePort())
        try after.start()
        _ = try after.run("backup", "\(folder)/copy.sqlite")
        after.end()
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Kills `backup`: no file has the copy's name unless it is whole, and the next backup passes.
    mutating func copy(_ point: Point) throws {
        let file = "\(program.folder)/killed.sqlite"
        let command = Command(path: program.path, database: program.database)
        try kill(command, ["backup", file], point)
        if FileManager.default.fileExists(atPath: file) {
            let copy = Command(path: program.path, database: file)
            _ = try copy.run("backup", "\(file).copy")
            try FileManager.default.removeItem(atPath: "\(file).copy")
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        } else if point.name == "backup-named" {
            throw CrashLedger.Lost(description: "the copy is not there")
        }
        _ = try command.run("backup", file)
        try FileManager.default.removeItem(atPath: file)
    }

    private mutating func kill(_ command: Command, _ arguments: [String], _ point: Point) throws {
        let step = point.step(&random)
        try plan.arm([step])
        let (_, status, isKilled) = try command.attempt(arguments, environment: plan.environment)
        plan.disarm()
        guard isKilled, status == SIGKILL else {
            throw Program.Failed(description: "\(arguments) ended with \(status) before \(step)")
        }
    }
}
