import Domain
import Synchronization

/// Bounds the fetches that strangers can cause by naming keys, so that bad signatures never become a flood at a
/// victim's server.
///
/// A document is fetched once in five minutes, whatever fragments are named; of one host at most 20 documents in five
/// minutes that have not verified a signature yet. At most `capacity` documents are remembered; strangers' fill half
/// of that, and when it is full others wait: nobody is forgotten early.
final class FetchLimiter: Sendable {
    private static let capacity = 10_000
    private static let unprovenPerHost = 20
    private let interval: Span

    private struct Attempt {
        let time: Timestamp
        /// What it came to, as far as it went wrong.
        var error: FetchError?
    }

    private struct State {
        var attempts: [URI: Attempt] = [:]
        /// Documents that were asked for and have verified nothing yet.
        var unproven: [Host: Set<URI>] = [:]
    }

    private let state = Mutex(State())

    init(interval: Span = .minutes(5)) {
        self.interval = interval
    }

    /// Whether an attempt may be made now; it does not count yet.
    ///
    /// - Throws: what the last attempt came to if that is not long ago; `tooSoon` when it went well; `busy` when the host
    ///   or the whole has used up its share.
    func check(_ document: URI, isStranger: Bool, now: Timestamp) throws(FetchError) {
        try state.withLock { state throws(FetchError) in
            if let last = state.attempts[document], isRecent(last, now) { throw last.error ?? .tooSoon }
            let open = state.unproven[document.host, default: []].filter { document in
                state.attempts[document].map { isRecent($0, now) } ?? false
            }
            guard open.count < Self.unprovenPerHost else { throw .busy }
            let room = isStranger ? Self.capacity / 2 : Self.capacity
            if state.attempts.count >= room { prune(&state, now) }
            guard state.attempts.count < room else { throw .busy }
            state.unproven[document.host] = open.isEmpty ? nil : open
        }
    }

    /// Counts an attempt that is made now.
    func count(_ document: URI, now: Timestamp) {
        state.withLock { state in
            state.attempts[document] = Attempt(time: now)
            state.unproven[document.host, default: []].insert(document)
        }
    }

    /// Notes what came of an attempt; a fault of our own does not count.
    func finish(_ document: URI, _ error: FetchError?) {
        state.withLock { state in
            if error?.isOurs == true {
                state.attempts[document] = nil
                state.unproven[document.host]?.remove(document)
            } else {
                state.attempts[document]?.error = error
            }
        }
    }

    /// Notes that a key of the document has verified a signature: it does not count against its host.
    func prove(_ document: URI) {
        state.withLock { _ = $0.unproven[document.host]?.remove(document) }
    }

    private func isRecent(_ attempt: Attempt, _ now: Timestamp) -> Bool {
        now - attempt.time < interval && now >= attempt.time
    }

    private func prune(_ state: inout State, _ now: Timestamp) {
        state.attempts = state.attempts.filter { isRecent($0.value, now) }
        let attempts = state.attempts
        state.unproven = state.unproven.compactMapValues { documents in
            let rest = documents.filter { attempts[$0] != nil }
            return rest.isEmpty ? nil : rest
        }
    }
}
