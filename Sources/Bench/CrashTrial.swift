import Foundation

/// Kills at random instants, under everything that a server does at once.
struct CrashTrial {
    let stage: Stage
    let count: Int
    var random: Seeded
    private let senders: Senders
    private var ledger: CrashLedger

    init(stage: Stage, count: Int, random: Seeded) throws {
        self.stage = stage
        self.count = count
        self.random = random
        senders = try Senders(stage: stage, count: 10)
        ledger = CrashLedger(stage: stage, receivers: (1...20).map { stage.peers.host("f\($0)") })
    }

    /// Ten hosts that ada follows, twenty that follow her.
    func prepare() throws {
        try senders.follow()
        try stage.beFollowed(by: ledger.receivers)
    }

    /// One crash: sends, kills at a random instant, starts again, sends what was not acknowledged again, judges.
    mutating func run(_ cycle: Int, latest: Int) throws -> String {
        let instant = Int.random(in: 20...max(21, latest), using: &random)
        let requests = try (0..<count).map { try senders.request("c\(cycle)-\($0)", $0) }
        let poster = Poster(program: stage.program, next: ledger.nextPost)
        let thread = Thread { poster.run() }
        thread.start()
        let killer = Thread { [program = stage.program] in
            usleep(UInt32(clamping: instant) * 1_000)
            program.end(SIGKILL)
        }
        killer.start()
        let first = senders.send(requests, Set(0..<count))
        while !killer.isFinished { usleep(1_000) }
        poster.stop()
        while !thread.isFinished { usleep(1_000) }
        ledger.note(poster)
        try stage.program.start()
        try senders.resend(requests, missing: Set(0..<count).subtracting(first))
        ledger.acknowledged.formUnion((0..<count).map { "c\(cycle)-\($0)" })
        let seen = try ledger.judge()
        return
            "killed after \(instant) ms with \(first.count) of \(count) acknowledged, with \(poster.acknowledged.count) posts of ada; \(seen)"
    }
}
