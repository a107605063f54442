import Foundation
import Synchronization

/// Sends prepared requests over several connections, each in a thread of its own.
struct Load: Sendable {
    let port: UInt16

    /// What became of one request.
    struct Sent: Sendable {
        let index: Int
        /// The status, or nil when there was no answer.
        let status: Int?
        let milliseconds: Double
    }

    /// Sends all requests; each lane's go one after the other.
    ///
    /// A lane ends at its first request without an answer.
    func send(_ lanes: [[(index: Int, bytes: [UInt8])]]) -> [Sent] {
        let results = Mutex<[Sent]>([])
        let threads = DispatchGroup()
        for lane in lanes {
            threads.enter()
            let thread = Thread {
                let sent = run(lane)
                results.withLock { $0 += sent }
                threads.leave()
            }
            thread.start()
        }
        threads.wait()
        return results.withLock { $0 }
    }

    private func run(_ lane: [(index: Int, bytes: [UInt8])]) -> [Sent] {
        let connection = BlockingConnection(port: port)
        var sent: [Sent] = []
        for (index, bytes) in lane {
            let began = ContinuousClock.now
            let status = try? connection.exchange(bytes).status
            sent.append(
                Sent(index: index, status: status, milliseconds: began.duration(to: .now).milliseconds)
            )
            if status == nil { break }
        }
        return sent
    }
}

extension [Double] {
    /// The value below which a part of all lies.
    func quantile(_ part: Double) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    var median: Double { quantile(0.5) }
}
