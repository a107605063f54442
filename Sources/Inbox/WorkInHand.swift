import Domain
import Storage
import Synchronization

/// What one process has claimed, by actor: a new activity of an actor waits behind the earlier ones.
final class WorkInHand: Sendable {
    private struct State {
        var queues: [URI: [ReceivedActivity]] = [:]
        var ids: Set<ReceivedActivity.ID> = []
        var stranded: Set<ReceivedActivity.ID> = []
    }

    private let state = Mutex(State())

    /// How many activities wait or run.
    var count: Int { state.withLock { $0.ids.count } }

    /// The ids of those that wait or run.
    var ids: [ReceivedActivity.ID] { state.withLock { Array($0.ids) } }

    /// Queues activities, in order; one that is here already is left out.
    ///
    /// - Returns: the actors of which none was in work: the caller runs those.
    func add(_ claimed: [ReceivedActivity]) -> [URI] {
        state.withLock { state in
            var idle: [URI] = []
            for received in claimed where state.ids.insert(received.id).inserted {
                if state.queues[received.actor] == nil { idle.append(received.actor) }
                state.queues[received.actor, default: []].append(received)
            }
            return idle
        }
    }

    /// The actor's next activity; nil ends the actor's turn.
    func next(of actor: URI) -> ReceivedActivity? {
        state.withLock { state in
            guard var queue = state.queues[actor], !queue.isEmpty else {
                state.queues[actor] = nil
                return nil
            }
            let next = queue.removeFirst()
            state.queues[actor] = queue
            return next
        }
    }

    /// Notes that an activity is in work no more; if what came of it could not be recorded, it is still claimed.
    func end(_ received: ReceivedActivity, isRecorded: Bool) {
        state.withLock { state in
            if isRecorded { state.ids.remove(received.id) } else { state.stranded.insert(received.id) }
        }
    }

    /// The ids of those that nobody is at, but that are still claimed.
    var stranded: [ReceivedActivity.ID] { state.withLock { Array($0.stranded) } }

    /// Lets go what waits here and is somebody else's by now; what runs finds that out at its end.
    func drop(_ lost: Set<ReceivedActivity.ID>) {
        guard !lost.isEmpty else { return }
        state.withLock { state in
            for (actor, queue) in state.queues {
                let rest = queue.filter { !lost.contains($0.id) }
                guard rest.count < queue.count else { continue }
                state.queues[actor] = rest
                state.ids.subtract(queue.map(\.id).filter(lost.contains))
            }
        }
    }

    /// Forgets stranded ones that were given back.
    func forget(_ ids: [ReceivedActivity.ID]) {
        state.withLock { state in
            state.stranded.subtract(ids)
            state.ids.subtract(ids)
        }
    }
}
