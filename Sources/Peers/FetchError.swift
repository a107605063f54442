public import Domain
public import Transport

/// Why a document could not be had from a peer.
public enum FetchError: Error, Sendable, Hashable {
    /// The school does not exchange activities with the host; nothing was sent.
    case notAllowed(Host)
    /// The URI is on this instance; we never fetch from ourselves.
    case ownHost(Host)
    /// It was tried moments ago; nothing was sent.
    case tooSoon
    /// Too much is being fetched already; nothing was sent.
    case busy
    /// The host says that it is gone (404, 410).
    case gone(status: Int)
    /// The host answered with another status.
    case status(Int)
    /// The transfer failed.
    case transfer(TransferError)
    /// The answer is no ActivityStreams document.
    case notActivityStreams(reason: String)
    /// The document's id is not the address it was fetched from.
    case foreignID(String)
    /// Something on our side failed.
    case ours(reason: String)

    /// Whether trying again later may help.
    public var isTransient: Bool {
        switch self {
        case .tooSoon, .busy, .ours: true
        case .status(let status): status >= 500 || status == 429 || status == 408
        case .transfer(let error): error.isTransient
        case .notAllowed, .ownHost, .gone, .notActivityStreams, .foreignID: false
        }
    }
}

extension FetchError {
    /// Whether we are to blame, or nobody is: nothing is learned about the host or its document.
    public var isOurs: Bool {
        switch self {
        case .busy, .ours, .transfer(.cancelled), .transfer(.shuttingDown), .transfer(.ours): true
        default: false
        }
    }

    /// What happened, in a sentence for the person who asked: no addresses, no words of the database or the network.
    public var personText: String {
        switch self {
        case .notAllowed(let host): "\(host) is not a partner of this school. An admin can add it."
        case .ownHost, .gone: "There is nobody of that name there."
        case .tooSoon, .busy: "Too much is being asked for just now. Try again in a minute."
        case .status, .transfer: "The other server did not answer as it should. Try again later."
        case .notActivityStreams, .foreignID: "The other server's answer makes no sense to us."
        case .ours: "Something went wrong here. Try again later."
        }
    }
}

extension FetchError: CustomStringConvertible {
    /// What happened, for operators and logs; it must not leave the process.
    public var description: String {
        switch self {
        case .notAllowed(let host): "\(host) is not a partner of this school"
        case .ownHost(let host): "\(host) is this server itself"
        case .tooSoon: "it was asked for moments ago"
        case .busy: "too many others are being asked just now"
        case .gone(let status): "it does not exist there (\(status))"
        case .status(let status): "the server answered \(status)"
        case .transfer(let error): error.operatorText
        case .notActivityStreams(let reason): "the answer is no ActivityStreams document: \(reason)"
        case .foreignID(let id): "the answer says that it is another document: \(id.prefix(200))"
        case .ours(let reason): "this server failed: \(reason)"
        }
    }
}
