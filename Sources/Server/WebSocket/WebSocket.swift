import NIOCore
import NIOWebSocket

/// A WebSocket that a client has opened: texts both ways.
///
/// Texts that come are taken one after the other; a client that sends faster than they are taken, or a longer one than
/// `longestText`, is cut off. Spec: RFC 6455.
public final class WebSocket: Sendable {
    /// The bytes of the longest text that is taken from a client.
    public static let longestText = 4 * 1024
    /// How many texts of a client may wait.
    static let waiting = 16

    /// Why we close a WebSocket.
    public enum Reason: Sendable {
        /// It has served its purpose.
        case done
        /// The server stops.
        case goingAway
        /// The client may not, or may no longer, do what it does.
        case refused

        fileprivate var code: WebSocketErrorCode {
            switch self {
            case .done: .normalClosure
            case .goingAway: .goingAway
            case .refused: .policyViolation
            }
        }
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<WebSocketHandler>
    private let texts: AsyncStream<String>

    init(channel: any Channel, handler: WebSocketHandler, texts: AsyncStream<String>) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.texts = texts
    }

    /// Calls a closure with each text that comes, until either side closes.
    public func forEachText(_ body: (String) async -> Void) async {
        for await text in texts { await body(text) }
    }

    /// Sends a text and waits until it has left for the network.
    ///
    /// - Throws: `ChannelError` when the connection is closed.
    public func send(_ text: String) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { [handler] in handler.value.send(text, promise) }
        try await promise.futureResult.get()
    }

    /// Asks the client for a sign of life; one that gives none for long is cut off.
    public func ping() {
        channel.eventLoop.execute { [handler] in handler.value.ping() }
    }

    /// Says why and closes, at once.
    public func close(_ reason: Reason) {
        channel.eventLoop.execute { [handler] in handler.value.close(reason.code) }
    }
}
