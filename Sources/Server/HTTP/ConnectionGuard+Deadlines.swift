import HTTPTypes
import Logging
import NIOCore

extension ConnectionGuard {
    /// Looks at the clocks again when something may be overdue.
    ///
    /// A connection has one timer, which is not moved by each request: deadlines are computed when it fires. It never
    /// sleeps past the shortest limit, so a deadline set meanwhile is met.
    func schedule(_ context: ChannelHandlerContext) {
        inspection?.cancel()
        let now = NIODeadline.now()
        let latest = now + limits.inspection
        let next = max(now + .milliseconds(1), min(clock.deadline ?? latest, latest))
        inspection = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in
            self?.inspect(context)
        }
    }

    private func inspect(_ context: ChannelHandlerContext) {
        inspection = nil
        guard context.channel.isActive else { return }
        let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        let overdue = clock.inspect(at: .now(), handedDown: wire.handedDown, buffered: buffered ?? 0)
        switch overdue {
        case nil:
            return schedule(context)
        case .header where wire.hasReceived:
            refuse(.requestTimeout, context)
        case .body where outstanding == 1 && !isResponding:
            refuse(.requestTimeout, context)
            context.fireErrorCaught(BodyTimeout())
        case .idle, .header, .body, .lingering, .write:
            logger.debug("closed a slow connection", metadata: ["overdue": "\(overdue, default: "nothing")"])
            isClosing = true
            context.close(promise: nil)
        }
    }
}
