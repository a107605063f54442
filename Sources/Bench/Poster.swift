import Foundation
import Synchronization

/// Posts as ada, one post after the other, until it is stopped.
final class Poster: Sendable {
    private let request: @Sendable (Int) -> [UInt8]
    private let port: UInt16
    private let state: Mutex<(next: Int, acknowledged: Set<Int>, isStopped: Bool)>

    init(program: Program, next: Int) {
        let (host, token) = (program.host, program.token)
        port = program.port
        state = Mutex((next, [], false))
        request = { number in
            let form = "status=own-\(number)&visibility=public"
            return Array(
                """
                POST /api/v1/statuses HTTP/1.1\r
                Host: \(host)\r
                Authorization: Bearer \(token)\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: \(form.utf8.count)\r
                \r
                \(form)
                """.utf8
            )
        }
    }

    /// The numbers of the posts that were acknowledged.
    var acknowledged: Set<Int> { state.withLock { $0.acknowledged } }
    /// The number of the next post: all below it were tried.
    var next: Int { state.withLock { $0.next } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    func run() {
        let connection = BlockingConnection(port: port)
        while !state.withLock({ $0.isStopped }), post(over: connection) { usleep(20_000) }
    }

    /// Posts once; false when there was no answer.
    @discardableResult
    func post(over connection: BlockingConnection? = nil) -> Bool {
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        guard let answer = try? (connection ?? BlockingConnection(port: port)).exchange(request(number))
        else {
            return false
        }
        if answer.status == 200 { state.withLock { _ = $0.acknowledged.insert(number) } }
        return true
    }
}
