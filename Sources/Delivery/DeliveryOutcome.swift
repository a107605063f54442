import Domain
import HTTPSignatures
import Transport

/// What one attempt came to.
enum DeliveryOutcome: Sendable, Hashable {
    /// The inbox took it.
    case delivered(status: Int)
    /// It will be tried again.
    ///
    /// - `holdsLane`: the whole host is at fault: nothing else is sent to it until then.
    /// - `after`: the wait that the host itself asked for.
    case tryAgain(status: Int?, reason: String, holdsLane: Bool, after: Span?)
    /// Something on our side was in the way: tried again later, and the host is not blamed.
    case postponed(reason: String)
    /// This process stops, or its database is away for a moment: the delivery waits as if it had not been tried.
    case cutOff
    /// It will not: the reason is what its author reads. After a 410 the inbox is forgotten too.
    case undelivered(status: Int?, reason: String)

    /// What it is called in the metrics.
    var name: String {
        switch self {
        case .delivered: "delivered"
        case .tryAgain: "failed"
        case .postponed: "postponed"
        case .cutOff: "cut_off"
        case .undelivered: "undelivered"
        }
    }

    /// Judges an answer.
    ///
    /// 2xx delivered; 404 and 410 undelivered; 401 later (the attempt has tried the other signature by then);
    /// 3xx, 408, 429 and 5xx except 501 later; every other 4xx and 501 undelivered. Spec: design section 8.
    static func classify(_ response: OutboundResponse, now: Timestamp) -> DeliveryOutcome {
        let status = response.status
        switch status {
        case 200...299: return .delivered(status: status)
        case 404, 410: return .undelivered(status: status, reason: "the inbox is no more (\(status))")
        case 401: return later(status, "the signature was not accepted (401)", holdsLane: false)
        case 429, 503:
            return later(status, "the server asks to wait (\(status))", wait: wait(response, now: now))
        case 502, 504: return later(status, "the server is not well (\(status))")
        case 408, 500, 505...599, 300...399:
            return later(status, "the server failed (\(status))", holdsLane: false)
        default: return .undelivered(status: status, reason: "the server refused it (\(status))")
        }
    }

    /// Judges an attempt that brought no answer.
    static func classify(_ error: TransferError) -> DeliveryOutcome {
        if error == .cancelled || error == .shuttingDown { return .cutOff }
        if !error.isTransient { return .undelivered(status: nil, reason: error.operatorText) }
        return error.isHostFault
            ? .tryAgain(status: nil, reason: error.operatorText, holdsLane: true, after: nil)
            : .postponed(reason: error.operatorText)
    }

    private static func later(
        _ status: Int,
        _ reason: String,
        holdsLane: Bool = true,
        wait: Span? = nil
    ) -> DeliveryOutcome {
        .tryAgain(status: status, reason: reason, holdsLane: holdsLane, after: wait)
    }

    /// `Retry-After` as seconds or as a date, kept between one second and a day; nonsense counts as absent.
    ///
    /// Spec: RFC 9110, section 10.2.3.
    private static func wait(_ response: OutboundResponse, now: Timestamp) -> Span? {
        guard let text = response.field("retry-after") else { return nil }
        let seconds: Int64
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            seconds = Int64(text) ?? .max
        } else if let date = HTTPDate.parse(text.utf8) {
            seconds = date - now.milliseconds / 1_000
        } else {
            return nil
        }
        return .seconds(min(max(seconds, 1), 86_400))
    }
}
