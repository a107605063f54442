import Domain
import Logging
import Metrics
import ServiceLifecycle
import Storage

/// Shows on `/metrics` how much waits: deliveries to send, received activities to apply, and errands to run.
struct QueueMeter: Service {
    let database: any SQLDatabase
    let clock: any WallClock

    func run() async throws {
        let waiting = Meter(label: "staffroom_deliveries_waiting")
        let oldest = Meter(label: "staffroom_deliveries_oldest_seconds")
        let kept = Meter(label: "staffroom_received_waiting")
        let errands = Meter(label: "staffroom_errands_waiting")
        await cancelWhenGracefulShutdown {
            repeat {
                // What cannot be read now is read the next time.
                guard
                    let (backlog, noted) = try? await database.read({ db in
                        (try db.queue.backlog(), try db.errands.countWaiting())
                    })
                else { continue }
                waiting.set(backlog.deliveries)
                oldest.set(backlog.oldest.map { (clock.now() - $0).milliseconds / 1_000 } ?? 0)
                kept.set(backlog.received)
                errands.set(noted)
            } while (try? await Task.sleep(for: .seconds(10))) != nil
        }
    }
}
