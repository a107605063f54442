import Vocabulary

/// What is sent to one connection at a time.
enum StreamMessage: Sendable, Hashable {
    /// Nothing has happened; shows that the connection stands.
    case beat
    /// Something happened in a stream; the payload is JSON, or an id, and has no line breaks.
    case event(String, payload: String, in: StreamName)

    /// How much memory it takes, in bytes, nearly.
    var size: Int {
        switch self {
        case .beat: 0
        case .event(_, let payload, _): payload.utf8.count
        }
    }

    /// The message among server-sent events.
    ///
    /// Spec: HTML, Server-sent events.
    var eventText: String {
        switch self {
        case .beat: ":thump\n\n"
        case .event(let name, let payload, _): "event: \(name)\ndata: \(payload)\n\n"
        }
    }

    /// The message over a socket; nil for a beat, which is a ping there.
    var socketText: String? {
        guard case .event(let name, let payload, let stream) = self else { return nil }
        let message: JSONObject = [
            "stream": .array(stream.words.map { .string($0) }), "event": .string(name),
            "payload": .string(payload),
        ]
        return String(decoding: JSONWriter.write(.object(message)), as: UTF8.self)
    }
}
