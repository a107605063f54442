import NIOCore

/// The connection that a request came over, for routes whose response goes on for long.
public struct Connection: Sendable {
    private let channel: any Channel

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Calls this once when the connection is closed, on its event loop; at once when it is.
    public func whenClosed(_ body: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in body() }
    }

    /// Closes it at once, whatever is still on its way.
    public func close() {
        channel.close(promise: nil)
    }
}
