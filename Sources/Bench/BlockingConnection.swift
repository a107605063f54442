import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One keep-alive connection to 127.0.0.1 that blocks its thread: the cheapest client, so that it measures
/// the server and not itself.
///
/// Confined to the thread that uses it.
final class BlockingConnection {
    struct Broken: Error {}

    private let port: UInt16
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    init(port: UInt16) {
        self.port = port
    }

    deinit {
        disconnect()
    }

    /// Sends a request and reads its answer; connects when needed.
    func exchange(_ request: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        if descriptor < 0 { try connect() }
        do {
            try send(request)
            return try receive()
        } catch {
            disconnect()
            throw error
        }
    }

    func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        buffer = []
    }

    private func connect() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            disconnect()
            throw Broken()
        }
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(
                    descriptor,
                    raw.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Broken() }
            sent += count
        }
    }

    private func receive() throws -> (status: Int, body: [UInt8]) {
        var end = headEnd()
        while end == nil {
            try fill()
            end = headEnd()
        }
        guard let end else { throw Broken() }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "")
        else { throw Broken() }
        let length =
            lines.lazy.compactMap { line -> Int? in
                let pair = line.split(separator: ":", maxSplits: 1)
                guard pair.count == 2, pair[0].lowercased() == "content-length" else { return nil }
                return Int(pair[1].drop { $0 == " " })
            }.first ?? 0
        while buffer.count < end + length { try fill() }
        let body = Array(buffer[end..<(end + length)])
        buffer.removeFirst(end + length)
        if lines.contains(where: { $0.lowercased() == "connection: close" }) { disconnect() }
        return (status, body)
    }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 3..<buffer.count
        where buffer[index] == 10 && buffer[index - 1] == 13 && buffer[index - 2] == 10
            && buffer[index - 3] == 13
        {
            return index + 1
        }
        return nil
    }

    private func fill() throws {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { throw Broken() }
        buffer.append(contentsOf: chunk[..<count])
    }
}
