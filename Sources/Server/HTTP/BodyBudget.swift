import Domain
import Synchronization

/// How many bytes of request bodies are held at one time, over all requests of the process.
///
/// A body counts from its first byte until its request is answered, so ten thousand slow senders take no more memory
/// than a few. One client's share is smaller than the whole: it cannot fill the rest for the others.
final class BodyBudget: Sendable {
    private struct Held {
        var all = 0
        var byClient: [IPAddress: Int] = [:]
    }

    private let limit: Int
    private let limitPerClient: Int
    private let held = Mutex(Held())

    init(limit: Int, limitPerClient: Int) {
        self.limit = limit
        self.limitPerClient = limitPerClient
    }

    /// The bytes held now.
    var count: Int { held.withLock { $0.all } }

    /// Opens an account for one request of a client; nil stands for a client without an address.
    func hold(for client: IPAddress?) -> BodyHold { BodyHold(self, client?.clientNetwork) }

    fileprivate func take(_ bytes: Int, for client: IPAddress?) -> Bool {
        held.withLock { held in
            guard bytes <= limit - held.all else { return false }
            if let client {
                let own = held.byClient[client] ?? 0
                guard bytes <= limitPerClient - own else { return false }
                held.byClient[client] = own + bytes
            }
            held.all += bytes
            return true
        }
    }

    fileprivate func giveBack(_ bytes: Int, of client: IPAddress?) {
        guard bytes > 0 else { return }
        held.withLock { held in
            held.all -= bytes
            guard let client, let own = held.byClient[client] else { return }
            held.byClient[client] = own > bytes ? own - bytes : nil
        }
    }
}

/// The bytes that one request holds of the budget.
final class BodyHold: Sendable {
    private let budget: BodyBudget
    private let client: IPAddress?
    private let bytes = Mutex(0)

    fileprivate init(_ budget: BodyBudget, _ client: IPAddress?) {
        self.budget = budget
        self.client = client
    }

    /// Takes some more bytes; false, with nothing taken, when they are not to be had now.
    func take(_ count: Int) -> Bool {
        guard budget.take(count, for: client) else { return false }
        bytes.withLock { $0 += count }
        return true
    }

    /// Gives everything back; when the request is answered.
    func release() {
        let count = bytes.withLock { bytes in
            defer { bytes = 0 }
            return bytes
        }
        budget.giveBack(count, of: client)
    }
}
