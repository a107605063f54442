import Foundation

/// Kills the server at named points, one after the other, on one database that all of them must leave whole.
struct PointTrial {
    let stage: Stage
    let plan: CrashPlan
    var random: Seeded
    private let senders: Senders
    private var ledger: CrashLedger
    private var cycle = 0

    init(stage: Stage, library: String, random: Seeded) throws {
        self.stage = stage
        self.random = random
        plan = CrashPlan(library: library, file: "\(stage.folder)/crash.plan")
        senders = try Senders(stage: stage, count: 4)
        ledger = CrashLedger(stage: stage, receivers: (1...8).map { stage.peers.host("f\($0)") })
    }

    /// Four hosts that ada follows, eight that follow her; the server is stopped then.
    func prepare() throws {
        try senders.follow()
        try stage.beFollowed(by: ledger.receivers)
        stage.program.end()
    }

    /// One crash at a point: the server works until it is killed there, starts again, and is judged.
    ///
    /// Everything is judged by a server that runs without the library.
    /// - Throws: `CrashLedger.Lost`; `Program.Failed` when it never came to the point.
    mutating func run(_ point: CrashPoint) throws -> String {
        cycle += 1
        let poster = Poster(program: stage.program, next: ledger.nextPost)
        let work = try Marked(point.work, cycle, poster, senders, &random)
        plan.disarm()
        try stage.program.start(environment: plan.environment)
        try prepareKill(point.killer, work.mark)
        let acknowledged = work.run(stage, killer: point.killer)
        try stage.program.expectKill()
        stage.peers.expectNothing()
        ledger.note(poster)
        try stage.program.start()
        try judge(point, work, poster)
        try senders.resend(work.requests, missing: work.numbers.subtracting(acknowledged))
        ledger.acknowledged.formUnion(work.numbers.map { "c\(cycle)-\($0)" })
        let seen = try ledger.judge()
        stage.program.end()
        return seen
    }

    private func prepareKill(_ killer: CrashPoint.Killer, _ mark: String) throws {
        let (program, peers, plan) = (stage.program, stage.peers, plan)
        switch killer {
        case .call(let steps): try plan.arm(steps, mark: mark)
        case .sender: break
        case .receiver:
            peers.atNext(.received) {
                program.freeze()
                program.signal(SIGKILL)
            }
        case .answeringReceiver:
            peers.atNext(.received) { program.freeze() }
            peers.atNext(.answered) { program.signal(SIGKILL) }
        case .callOnceSent(let steps): peers.atNext(.received) { try? plan.arm(steps, mark: mark) }
        }
    }

    /// Compares what is there before anything is sent again with what the point promises, which shows that it was reached.
    private mutating func judge(_ point: CrashPoint, _ work: Marked, _ poster: Poster) throws {
        guard point.afterwards != .either else { return }
        let timeline = Timeline(program: stage.program)
        let isThere: Bool
        switch point.work {
        case .post:
            isThere = Timeline.numbers(in: try timeline.contents(pages: 1)).contains(poster.next - 1)
        case .activities:
            // One actor's activities have their effect in order: when a later one is there, so is the marked one.
            let later = "c\(cycle)-\(work.requests.count)"
            let request = try senders.request(later, work.markedNumber)
            try senders.resend([request], missing: [0])
            ledger.acknowledged.insert(later)
            let markers = try stage.wait("a later activity's effect") {
                let markers = try timeline.count("c\(cycle)", pages: 10)
                return markers[later] == nil ? nil : markers
            }
            isThere = markers[work.marker] != nil
        }
        guard isThere == (point.afterwards == .there) else {
            throw CrashLedger.Lost(
                description:
                    "\(work.mark) is \(isThere ? "there" : "not there"), which is not what the point promises"
            )
        }
    }
}

/// What the server is given to do at a point, ready to be sent.
private struct Marked {
    let requests: [[UInt8]]
    /// The number of the activity that the point is about.
    let markedNumber: Int
    let marker: String
    /// The text in the database that shows it, or ada's post: how its content begins.
    let mark: String
    private let work: CrashPoint.Work
    private let poster: Poster
    private let senders: Senders

    var numbers: Set<Int> { Set(requests.indices) }

    init(
        _ work: CrashPoint.Work,
        _ cycle: Int,
        _ poster: Poster,
        _ senders: Senders,
        _ random: inout Seeded
    ) throws {
        self.work = work
        self.poster = poster
        self.senders = senders
        var count = 0
        if case .activities(let number) = work { count = number }
        requests = try (0..<count).map { try senders.request("c\(cycle)-\($0)", $0) }
        markedNumber = Int.random(in: 0..<max(1, count), using: &random)
        marker = "c\(cycle)-\(markedNumber)"
        if requests.isEmpty { mark = ">own-\(poster.next)<" } else { mark = ">\(marker)." }
    }

    /// Gives it to the server; the sender kills it when it has its answer, if that is the point.
    ///
    /// - Returns: which activities were acknowledged.
    func run(_ stage: Stage, killer: CrashPoint.Killer) -> Set<Int> {
        var acknowledged: Set<Int> = []
        switch work {
        case .activities: acknowledged = senders.send(requests, numbers)
        case .post: poster.post()
        }
        if case .sender = killer { stage.program.signal(SIGKILL) }
        return acknowledged
    }
}
