import Domain

/// Decides which of the waiting jobs start next: first come first served within a host, hosts in turn, so that one
/// host with many or slow jobs holds up no other.
struct JobQueue {
    private struct Lane {
        var running = 0
        var waiting = Queue<Job>()
    }

    private let maxRunning: Int
    private let maxPerHost: Int
    private var running = 0
    private var lanes: [Host: Lane] = [:]
    private var ready = Queue<Host>()
    /// No waiting job's deadline is earlier; looked at again only when it is reached.
    private var earliest: UInt64 = .max
    private var waitingCount = 0

    init(maxRunning: Int, maxPerHost: Int) {
        self.maxRunning = max(1, maxRunning)
        self.maxPerHost = max(1, maxPerHost)
    }

    /// Whether nothing runs and nothing waits.
    var isEmpty: Bool { lanes.isEmpty }

    /// Whether `next` has a job to give.
    var hasNext: Bool { running < maxRunning && !ready.isEmpty }

    /// When `expire` has something to do, in nanoseconds of the monotonic clock; nil while nothing waits.
    var nextExpiry: UInt64? { waitingCount == 0 ? nil : earliest }

    /// Lets a job wait its turn.
    mutating func add(_ job: Job) {
        earliest = min(earliest, job.deadline)
        waitingCount += 1
        let host = job.host
        lanes[host, default: Lane()].waiting.append(job)
        if let lane = lanes[host], lane.waiting.count == 1, lane.running < maxPerHost { ready.append(host) }
    }

    /// The job whose turn it is; it counts as running until `end` is called for its host.
    mutating func next() -> Job? {
        guard hasNext, let host = ready.popFirst(), var lane = lanes[host], let job = lane.waiting.popFirst()
        else {
            return nil
        }
        waitingCount -= 1
        lane.running += 1
        running += 1
        if !lane.waiting.isEmpty, lane.running < maxPerHost { ready.append(host) }
        lanes[host] = lane
        return job
    }

    /// Counts one job of a host as done.
    mutating func end(_ host: Host) {
        guard var lane = lanes[host] else { return }
        running -= 1
        // At its limit the host was not in line, whatever waited.
        if lane.running == maxPerHost, !lane.waiting.isEmpty { ready.append(host) }
        lane.running -= 1
        lanes[host] = lane.running == 0 && lane.waiting.isEmpty ? nil : lane
    }

    /// Takes a waiting job out.
    mutating func remove(_ id: UInt64, of host: Host) -> Job? {
        guard let job = lanes[host]?.waiting.remove(where: { $0.id == id }) else { return nil }
        waitingCount -= 1
        dropIfIdle(host)
        return job
    }

    /// Takes out the waiting jobs whose deadline has passed.
    mutating func expire(at now: UInt64) -> [Job] {
        guard waitingCount > 0, now >= earliest else { return [] }
        var late: [Job] = []
        // Looking at all of them is worth it ten times a second, not for each.
        earliest = .max
        for host in Array(lanes.keys) {
            guard var lane = lanes[host], !lane.waiting.isEmpty else { continue }
            let (past, left) = lane.waiting.divide { $0.deadline <= now }
            earliest = left.reduce(earliest) { min($0, $1.deadline) }
            guard !past.isEmpty else { continue }
            lane.waiting = Queue(left)
            lanes[host] = lane
            late += past
            dropIfIdle(host)
        }
        waitingCount -= late.count
        if earliest < .max { earliest = max(earliest, now + 100_000_000) }
        return late
    }

    /// Takes all waiting jobs out.
    mutating func removeAll() -> [Job] {
        let hosts = Array(lanes.keys)
        return hosts.flatMap { host in
            let jobs = lanes[host]?.waiting.removeAll() ?? []
            waitingCount -= jobs.count
            dropIfIdle(host)
            return jobs
        }
    }

    /// Forgets a host for which nothing runs and nothing waits.
    private mutating func dropIfIdle(_ host: Host) {
        guard let lane = lanes[host], lane.waiting.isEmpty else { return }
        ready.remove { $0 == host }
        if lane.running == 0 { lanes[host] = nil }
    }
}

/// A first-in first-out queue.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0
    private(set) var count = 0

    init(_ elements: [Element] = []) {
        self.elements = elements
        count = elements.count
    }

    var isEmpty: Bool { count == 0 }

    /// Its elements in order: those that match, and the others.
    func divide(_ matches: (Element) -> Bool) -> (matching: [Element], others: [Element]) {
        let all = elements.compactMap(\.self)
        return (all.filter(matches), all.filter { !matches($0) })
    }

    mutating func append(_ element: Element) {
        elements.append(element)
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let first = elements[head]
        elements[head] = nil
        head += 1
        count -= 1
        if head > 32, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    @discardableResult
    mutating func remove(where matches: (Element) -> Bool) -> Element? {
        guard let index = elements.indices.first(where: { elements[$0].map(matches) == true }) else {
            return nil
        }
        count -= 1
        return elements.remove(at: index)
    }

    mutating func removeAll() -> [Element] {
        defer { self = Queue() }
        return elements.compactMap(\.self)
    }
}
