import Domain
import Peers
import Storage
import Vocabulary

/// Finds the handler of an activity's verb and runs its two halves.
struct ActivityDispatcher: Sendable {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let ids: IDGenerator
    let clock: any WallClock

    /// Gives a kept activity its effect, exactly once: the effect and the mark are one transaction.
    ///
    /// `time`: how long fetching what it needs may take.
    ///
    /// - Throws: what made it impossible; nothing was changed then.
    func dispatch(_ received: ReceivedActivity, within time: Duration) async throws {
        let (incoming, effect): (Incoming, Effect)
        switch try await prepare(received, within: time) {
        case .ignored(let reason): return try await finish(received, reason)
        case .ready(let read, let prepared): (incoming, effect) = (read, prepared)
        }
        let (ids, clock) = (ids, clock)
        try await database.write { db in
            let application = Application(db: db, incoming: incoming, ids: ids, now: clock.now())
            let isFirst: Bool
            switch try effect(application) {
            case .applied: isFirst = try db.receivedActivities.finish(received.id, as: .applied)
            case .ignored(let reason):
                isFirst = try db.receivedActivities.finish(received.id, as: .ignored, reason: reason)
            }
            // Another process was faster after our lease lapsed: our half of the work is rolled back.
            if !isFirst { throw DispatchError.finishedElsewhere }
        }
    }

    private enum Prepared: Sendable {
        case ready(Incoming, Effect)
        case ignored(String)
    }

    private func prepare(_ received: ReceivedActivity, within time: Duration) async throws -> Prepared {
        switch try await read(received, within: time) {
        case .ignored(let reason): return .ignored(reason)
        case .readable(let incoming):
            guard let handler = handler(for: incoming.activity.type) else { return .ignored("unknown verb") }
            guard handler.mayFetch(incoming) else {
                return .ready(incoming, try await handler.prepare(incoming))
            }
            return .ready(incoming, try await fetching(within: time) { try await handler.prepare(incoming) })
        }
    }

    /// Runs what may use the network.
    ///
    /// Only that has a deadline: the timer of one outlives its work, and most activities need none.
    private func fetching<Value: Sendable>(
        within time: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let value = try await Deadline.run(within: time, body) else { throw DispatchError.tookTooLong }
        return value
    }

    private enum Reading {
        case readable(Incoming)
        case ignored(String)
    }

    private func read(_ received: ReceivedActivity, within time: Duration) async throws -> Reading {
        guard case .object(let object)? = try? JSONParser.parse(received.body),
            let activity = try? Activity(object)
        else { return .ignored("unreadable") }
        let (sender, schools, isPaused) = try await database.read { db in
            let schools = try db.schools.all()
            let admissions = try db.partners.admissions(of: received.host, schools: schools)
            return (
                try db.accounts.find(uri: received.actor),
                schools.filter { admissions[$0.id] == .allowed }, admissions.values.contains(.paused)
            )
        }
        if schools.isEmpty, isPaused { throw DispatchError.hostPaused }
        guard !schools.isEmpty else { return .ignored("no school allows the host") }
        let known = try await known(sender, received, schools, within: time)
        guard let account = known, account.isActive else {
            return .ignored("the sender is suspended or gone")
        }
        return .readable(Incoming(received: received, activity: activity, sender: account, schools: schools))
    }

    /// The sender's account; it is known unless its row was removed after its key was stored.
    private func known(
        _ sender: Account?,
        _ received: ReceivedActivity,
        _ schools: [School],
        within time: Duration
    ) async throws -> Account? {
        if let sender { return sender }
        guard let school = schools.first else { return nil }
        return try await fetching(within: time) { try await directory.account(received.actor, for: school) }
    }

    private func finish(_ received: ReceivedActivity, _ reason: String) async throws {
        _ = try await database.write { db in
            try db.receivedActivities.finish(received.id, as: .ignored, reason: reason)
        }
    }

    private func handler(for type: ActivityType) -> (any ActivityHandler)? {
        switch type {
        case .create: CreateHandler(directory: directory)
        case .update: UpdateHandler(directory: directory)
        case .delete: DeleteHandler()
        case .follow: FollowHandler()
        case .accept: AnswerHandler(accepts: true)
        case .reject: AnswerHandler(accepts: false)
        case .undo: UndoHandler()
        case .like: LikeHandler()
        case .block: BlockHandler()
        case .add: AddHandler(directory: directory, database: database)
        case .remove: RemoveHandler()
        case .emojiReact: EmojiReactHandler()
        case .announce: AnnounceHandler(directory: directory, database: database)
        case .flag: FlagHandler()
        case .move: MoveHandler(directory: directory, database: database)
        case .quoteRequest: QuoteRequestHandler()
        default: nil
        }
    }
}

/// Why an activity had no effect.
enum DispatchError: Error {
    /// The activity was finished by somebody else meanwhile: the effect was rolled back.
    case finishedElsewhere
    /// No school exchanges activities with the host, but one will again.
    case hostPaused
    /// Reading and fetching took too long.
    case tookTooLong
}
