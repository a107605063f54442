/// An instant at which the server is killed, told by what has happened and what has not.
struct CrashPoint {
    /// What the server is given to do.
    enum Work {
        /// Activities of one host after the other; one of them is marked.
        case activities(Int)
        /// A post of ada's.
        case post
    }

    /// What kills it.
    enum Killer {
        /// A call of its own.
        case call([CrashPlan.Step])
        /// The sender, at the first acknowledgement.
        case sender
        /// A receiver, when it has the request.
        case receiver
        /// A receiver, when it has answered; the server is frozen before, so that it does not see the answer.
        case answeringReceiver
        /// A call of its own, from the first request on that a receiver has.
        case callOnceSent([CrashPlan.Step])
    }

    /// Whether what was marked is there after the restart, without anybody's sending it again.
    enum Afterwards: String { case there, absent, either }

    let name: String
    let what: String
    let work: Work
    let killer: Killer
    let afterwards: Afterwards
}

extension CrashPoint {
    private static let log = "-wal", file = "staffroom.sqlite"

    private static func before(_ call: String, _ suffix: String, _ count: Int = 1) -> CrashPlan.Step {
        CrashPlan.Step(moment: "before", call: call, suffix: suffix, count: count)
    }

    private static func after(_ call: String, _ suffix: String) -> CrashPlan.Step {
        CrashPlan.Step(moment: "after", call: call, suffix: suffix)
    }

    /// A write to the log of what is marked.
    private static func marked(_ moment: String) -> CrashPlan.Step {
        CrashPlan.Step(moment: moment, call: "write", suffix: log, isMarked: true)
    }

    /// The whole commit of what is marked.
    private static let commit = [marked("after"), after("sync", log)]

    /// An activity that comes in.
    static let receiving: [CrashPoint] = [
        .init(
            name: "received",
            what: "an activity has come, nothing of it is written",
            work: .activities(1),
            killer: .call([before("write", log)]),
            afterwards: .absent
        ),
        .init(
            name: "half-written",
            what: "its commit is half written",
            work: .activities(1),
            killer: .call([marked("before")]),
            afterwards: .absent
        ),
        // A process that is killed leaves what it has written to the kernel; a power cut is another trial.
        .init(
            name: "unsynced",
            what: "its commit is written, not synced",
            work: .activities(1),
            killer: .call([marked("after"), before("sync", log)]),
            afterwards: .there
        ),
        .init(
            name: "unanswered",
            what: "its commit is durable, no 202, nobody woken",
            work: .activities(1),
            killer: .call(commit),
            afterwards: .there
        ),
        .init(
            name: "answered",
            what: "its 202 has just been read",
            work: .activities(1),
            killer: .sender,
            afterwards: .there
        ),
        .init(
            name: "unclaimed",
            what: "it is kept, and about to be claimed",
            work: .activities(1),
            killer: .call(commit + [marked("before")]),
            afterwards: .there
        ),
        .init(
            name: "half-applied",
            what: "it is claimed, its effect is half written",
            work: .activities(1),
            killer: .call(commit + commit + [marked("before")]),
            afterwards: .there
        ),
        .init(
            name: "applied",
            what: "its effect is durable, nobody knows",
            work: .activities(1),
            killer: .call(commit + commit + commit),
            afterwards: .there
        ),
        .init(
            name: "group-half-written",
            what: "one of many that come at once, in the middle of a commit",
            work: .activities(64),
            killer: .call([marked("before")]),
            afterwards: .absent
        ),
        .init(
            name: "group-unanswered",
            what: "one of many, its commit is durable, no 202",
            work: .activities(64),
            killer: .call(commit),
            afterwards: .there
        ),
    ]

    /// A post of ada's that goes out to her followers.
    static let delivering: [CrashPoint] = [
        .init(
            name: "post-half-written",
            what: "a post's commit is half written",
            work: .post,
            killer: .call([marked("before")]),
            afterwards: .absent
        ),
        .init(
            name: "post-unanswered",
            what: "a post's commit is durable, no 200, delivery not woken",
            work: .post,
            killer: .call(commit),
            afterwards: .there
        ),
        .init(
            name: "claimed-unsent",
            what: "deliveries are claimed, no receiver is connected to yet",
            work: .post,
            killer: .call(commit + [before("connect", "")]),
            afterwards: .there
        ),
        .init(
            name: "sent-unanswered",
            what: "a receiver has the request, and has not answered",
            work: .post,
            killer: .receiver,
            afterwards: .there
        ),
        .init(
            name: "answered-unread",
            what: "a receiver has answered 202, which is not read",
            work: .post,
            killer: .answeringReceiver,
            afterwards: .there
        ),
        .init(
            name: "answered-unrecorded",
            what: "answers are read, and about to be recorded",
            work: .post,
            killer: .callOnceSent([before("write", log)]),
            afterwards: .there
        ),
        .init(
            name: "half-recorded",
            what: "outcomes are half written",
            work: .post,
            killer: .callOnceSent([before("write", log, 4)]),
            afterwards: .there
        ),
        .init(
            name: "recorded",
            what: "outcomes are durable, nobody knows",
            work: .post,
            killer: .callOnceSent([after("sync", log)]),
            afterwards: .there
        ),
    ]

    /// The log is moved into the file, which happens while it serves, after a thousand pages.
    static let checkpointing: [CrashPoint] = [
        .init(
            name: "checkpoint-half-written",
            what: "the log is moved into the file, the file half written",
            work: .activities(500),
            killer: .call([before("write", file, 3)]),
            afterwards: .either
        ),
        .init(
            name: "checkpoint-unsynced",
            what: "the file is written, not synced",
            work: .activities(500),
            killer: .call([before("sync", file)]),
            afterwards: .either
        ),
        .init(
            name: "checkpoint-synced",
            what: "the file is synced, the log not begun anew",
            work: .activities(500),
            killer: .call([after("sync", file)]),
            afterwards: .either
        ),
    ]

    static let all = receiving + delivering + checkpointing
}
