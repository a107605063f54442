import Glibc

/// The loop of a `LoopbackServer`; confined to its queue.
final class LoopbackLoop: @unchecked Sendable {
    /// What happened since the last exchange.
    struct News {
        var requests: [LoopbackServer.Request] = []
        var opened = 0
        var closed = 0
    }

    /// What the server wants done.
    struct Orders {
        var release: LoopbackServer.Reply?
        var closesIdle = false
        var stops = false
        static let stopped = Orders(stops: true)
    }

    private final class Connection {
        let number: Int
        var received: [UInt8] = []
        var unsent: ArraySlice<UInt8> = []
        var chunk: [UInt8] = []
        var closesAfterSending = false
        var hangs = false

        init(_ number: Int) { self.number = number }

        var isIdle: Bool { received.isEmpty && unsent.isEmpty && chunk.isEmpty && !hangs }
        var hasToSend: Bool { !unsent.isEmpty || !chunk.isEmpty }
    }

    private let listener: Int32
    private let wakeReader: Int32
    private let immediate: LoopbackServer.Reply?
    private let closesTLS: Bool
    private let handler: @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply
    private var connections: [Int32: Connection] = [:]
    private var news = News()
    private var lastNumber = 0

    init(
        listener: Int32,
        wakeReader: Int32,
        immediate: LoopbackServer.Reply?,
        closesTLS: Bool,
        handler: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply
    ) {
        self.listener = listener
        self.wakeReader = wakeReader
        self.immediate = immediate
        self.closesTLS = closesTLS
        self.handler = handler
    }

    /// Serves until the exchange says to stop.
    func run(_ exchange: (News) -> Orders) {
        while true {
            let orders = exchange(news)
            news = News()
            if orders.stops { break }
            follow(orders)
            if news.closed == 0 { serveOnce() }
        }
        for descriptor in connections.keys { close(descriptor) }
        close(listener)
        close(wakeReader)
    }

    private func follow(_ orders: Orders) {
        for (descriptor, connection) in connections {
            if orders.closesIdle, connection.isIdle { drop(descriptor) }
            if let reply = orders.release, connection.hangs {
                connection.hangs = false
                answer(connection, descriptor, reply)
            }
        }
    }

    private func serveOnce() {
        var polled = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0),
        ]
        for (descriptor, connection) in connections {
            let events = connection.hasToSend ? POLLIN | POLLOUT : POLLIN
            polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
        }
        poll(&polled, nfds_t(polled.count), -1)
        for (index, entry) in polled.enumerated() where entry.revents != 0 {
            switch index {
            case 0: accept()
            case 1: drain()
            default: serve(entry.fd, entry.revents)
            }
        }
    }

    private func accept() {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { return }
        lastNumber += 1
        news.opened += 1
        connections[descriptor] = Connection(lastNumber)
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = read(wakeReader, &bytes, bytes.count)
    }

    private func serve(_ descriptor: Int32, _ events: Int16) {
        guard let connection = connections[descriptor] else { return }
        if Int32(events) & (POLLIN | POLLHUP | POLLERR) != 0 {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count == 0 || count < 0 && errno != EAGAIN { return drop(descriptor) }
            connection.received += bytes.prefix(max(0, count))
            // A TLS handshake, as of a client that tries https first; without this it would wait for an answer.
            if closesTLS, connection.received.first == 0x16 { return drop(descriptor) }
            if let immediate { return answer(connection, descriptor, immediate) }
            while !connection.hangs, let request = takeRequest(connection) {
                news.requests.append(request)
                answer(connection, descriptor, handler(request))
                guard connections[descriptor] != nil else { return }
            }
        }
        send(connection, descriptor)
    }

    private func answer(_ connection: Connection, _ descriptor: Int32, _ reply: LoopbackServer.Reply) {
        switch reply {
        case .raw(let bytes, let closes):
            connection.unsent += bytes
            connection.closesAfterSending = closes
        case .endless(let head, let chunk):
            connection.unsent += head
            connection.chunk = chunk
        case .hang: connection.hangs = true
        case .close: return drop(descriptor)
        }
        send(connection, descriptor)
    }

    private func send(_ connection: Connection, _ descriptor: Int32) {
        if connection.unsent.isEmpty { connection.unsent = connection.chunk[...] }
        while !connection.unsent.isEmpty {
            let count = connection.unsent.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno != EAGAIN { drop(descriptor) }
                return
            }
            connection.unsent = connection.unsent.dropFirst(count)
        }
        if connection.closesAfterSending { drop(descriptor) }
    }

    private func drop(_ descriptor: Int32) {
        guard connections.removeValue(forKey: descriptor) != nil else { return }
        close(descriptor)
        news.closed += 1
    }

    /// Takes one whole request out of what was received.
    private func takeRequest(_ connection: Connection) -> LoopbackServer.Request? {
        let mark: [UInt8] = [13, 10, 13, 10]
        let bytes = connection.received
        guard
            let end = bytes.indices.dropLast(3).first(where: {
                bytes[$0] == 13 && bytes[$0...].starts(with: mark)
            })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String((parts.last ?? "").drop { $0 == " " }))
        }
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        connection.received.removeFirst(end + 4 + length)
        let line = (lines.first ?? "").split(separator: " ")
        return LoopbackServer.Request(
            method: String(line.first ?? ""),
            target: String(line.dropFirst().first ?? ""),
            fields: fields,
            body: Array(bytes[(end + 4)..<(end + 4 + length)]),
            connection: connection.number
        )
    }
}
