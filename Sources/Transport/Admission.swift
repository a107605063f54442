import Domain

/// Decides which of the waiting jobs start next: first come first served within a host, hosts in turn, so that one
/// host with many or slow jobs holds up no other.
struct Admission {
    private struct Lane {
        var running = 0
        var waiting = Queue<Job>()
    }

    private let maxRunning: Int
    private let maxPerHost: Int
    private var running = 0
    private var lanes: [Host: Lane] = [:]
    private var ready = Queue<Host>()

    init(maxRunning: Int, maxPerHost: Int) {
        self.maxRunning = max(1, maxRunning)
        self.maxPerHost = max(1, maxPerHost)
    }

    /// Whether nothing runs and nothing waits.
    var isEmpty: Bool { lanes.isEmpty }

    /// Whether `next` has a job to give.
    var hasNext: Bool { running < maxRunning && !ready.isEmpty }

    /// Lets a job wait its turn.
    mutating func add(_ job: Job) {
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
        dropIfIdle(host)
        return job
    }

    /// Takes all waiting jobs out.
    mutating func removeAll() -> [Job] {
        let hosts = Array(lanes.keys)
        return hosts.flatMap { host in
            let jobs = lanes[host]?.waiting.removeAll() ?? []
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

    var isEmpty: Bool { count == 0 }

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
