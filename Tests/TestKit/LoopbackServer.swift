import Dispatch
public import Domain
import Glibc
import Synchronization

/// A small HTTP server on loopback for tests: answers with scripted bytes, right or wrong, and records requests.
///
/// One thread, any number of connections. A test waits for what it expects with `requests(_:)` and
/// `closedConnections(_:)`, and never sleeps; give such tests a time limit.
public final class LoopbackServer: Sendable {
    /// What a client sent.
    public struct Request: Sendable {
        /// The method.
        public let method: String
        /// The target as it stood in the request line.
        public let target: String
        /// The header fields as they came.
        public let fields: [(name: String, value: String)]
        /// The body, as long as `Content-Length` said.
        public let body: [UInt8]
        /// Which connection it came on, counted from 1.
        public let connection: Int

        /// The value of the first field of a name, in any case.
        public func field(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What the server does about a request.
    public enum Reply: Sendable {
        /// Sends these bytes; then closes the connection, or waits for the next request.
        case raw([UInt8], closes: Bool)
        /// Sends the head and then the chunk again and again, as fast as the client takes it, until it goes away.
        case endless(head: [UInt8], chunk: [UInt8])
        /// Sends nothing until `release`.
        case hang
        /// Closes the connection without a byte.
        case close

        /// A whole response with a body and its length.
        public static func response(
            _ status: Int,
            _ body: String = "",
            fields: [String] = [],
            closes: Bool = false
        ) -> Reply {
            let head = ["HTTP/1.1 \(status) Scripted", "Content-Length: \(body.utf8.count)"] + fields
            return .raw(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), closes: closes)
        }

        /// These characters as they are.
        public static func text(_ text: String, closes: Bool = false) -> Reply {
            .raw(Array(text.utf8), closes: closes)
        }
    }

    /// The server could not be set up.
    public struct SetupError: Error {}

    /// The port that it listens on.
    public let port: UInt16
    /// The address that it listens on.
    public let address: String
    private let state = Mutex(State())
    private let wakeWriter: Int32

    /// Listens on an address of 127.0.0.0/8 (or `::1`), on a free port.
    ///
    /// With `closesTLS` it ends connections that begin a TLS handshake. With `immediate` it answers that as soon as bytes come, whatever they are, and calls no handler.
    public init(
        address: String = "127.0.0.1",
        immediate: Reply? = nil,
        closesTLS: Bool = false,
        handler: @escaping @Sendable (Request) -> Reply = { _ in .response(200) }
    ) throws {
        let (listener, port) = try Self.listen(address)
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0, pipes.allSatisfy({ fcntl($0, F_SETFL, O_NONBLOCK) == 0 }) else {
            throw SetupError()
        }
        self.address = address
        self.port = port
        wakeWriter = pipes[1]
        let loop = LoopbackLoop(
            listener: listener,
            wakeReader: pipes[0],
            immediate: immediate,
            closesTLS: closesTLS,
            handler: handler
        )
        DispatchQueue(label: "testkit.loopback").async { [weak self] in
            loop.run { self?.exchange($0) ?? .stopped }
        }
    }

    deinit { close(wakeWriter) }

    /// Where it is: plain http on its port.
    public var origin: Origin {
        get throws { try Origin("http://\(address.contains(":") ? "[\(address)]" : address):\(port)") }
    }

    /// What came so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// How many connections were opened so far.
    public var connectionCount: Int { state.withLock { $0.opened } }

    /// Waits until so many requests have come, and returns them all.
    @discardableResult
    public func requests(_ count: Int) async -> [Request] {
        await wait { $0.requests.count >= count }
        return requests
    }

    /// Waits until so many connections have been closed, by either side.
    public func closedConnections(_ count: Int) async {
        await wait { $0.closed >= count }
    }

    /// Answers all requests that hang now.
    public func release(_ reply: Reply = .response(200)) {
        state.withLock { $0.release = reply }
        wake()
    }

    /// Closes all connections on which no request is open, as servers do with idle ones.
    public func closeIdleConnections() {
        state.withLock { $0.closesIdle = true }
        wake()
    }

    private func wake() {
        var byte: UInt8 = 0
        write(wakeWriter, &byte, 1)
    }

    private func wait(until condition: @escaping @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                let isMet = condition(state)
                if !isMet { state.waiting.append((condition, continuation)) }
                return isMet
            }
            if isMet { continuation.resume() }
        }
    }

    /// Takes in what the loop saw, and hands it what it shall do.
    private func exchange(_ news: LoopbackLoop.News) -> LoopbackLoop.Orders {
        let (orders, met) = state.withLock { state in
            state.requests += news.requests
            state.opened += news.opened
            state.closed += news.closed
            let orders = LoopbackLoop.Orders(release: state.release, closesIdle: state.closesIdle)
            state.release = nil
            state.closesIdle = false
            let waiting = state.waiting
            state.waiting = []
            state.waiting = waiting.filter { !$0.condition(state) }
            return (orders, waiting.filter { $0.condition(state) }.map(\.continuation))
        }
        for continuation in met { continuation.resume() }
        return orders
    }

    private struct State: Sendable {
        var requests: [Request] = []
        var opened = 0
        var closed = 0
        var release: Reply?
        var closesIdle = false
        var waiting:
            [(condition: @Sendable (borrowing State) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
                []
    }

    private static func listen(_ address: String) throws -> (Int32, UInt16) {
        let isV6 = address.contains(":")
        let listener = socket(isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var v4 = sockaddr_in(), v6 = sockaddr_in6()
        v4.sin_family = sa_family_t(AF_INET)
        v6.sin6_family = sa_family_t(AF_INET6)
        let isParsed =
            isV6 ? inet_pton(AF_INET6, address, &v6.sin6_addr) : inet_pton(AF_INET, address, &v4.sin_addr)
        var size = socklen_t(isV6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { room in
            isV6
                ? room.copyBytes(from: withUnsafeBytes(of: &v6, Array.init))
                : room.copyBytes(from: withUnsafeBytes(of: &v4, Array.init))
        }
        let isListening = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                isParsed == 1 && bind(listener, name, size) == 0 && Glibc.listen(listener, 1024) == 0
                    && getsockname(listener, name, &size) == 0
            }
        }
        guard isListening else {
            close(listener)
            throw SetupError()
        }
        // The port stands at the same place in both families.
        return withUnsafeBytes(of: &storage) {
            (listener, UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}
