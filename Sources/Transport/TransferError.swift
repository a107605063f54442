public import Domain

/// Why a transfer brought no answer.
public enum TransferError: Error, Sendable, Hashable {
    /// The host is, or its name resolved to, an address that is not on the public internet; nothing was sent.
    case refusedAddress(IPAddress, isLiteral: Bool)
    /// The URI is none that we go to (plain http, a port of another service); nothing was sent.
    case refusedURI(reason: String)
    /// The request itself is not well-formed; nothing was sent. A fault of ours.
    case refusedRequest(reason: String)
    /// The host's name could not be resolved.
    case dns(reason: String)
    /// No connection came about, or it broke before the request was out.
    case connect(reason: String)
    /// No trusted TLS connection came about: certificate, name, version.
    case tls(reason: String)
    /// It took too long, or too little came in too long.
    case timeout(reason: String)
    /// The body was longer than the limit, in bytes.
    case tooLarge(limit: Int)
    /// The header was longer than the limits allow, interim responses included.
    case tooManyHeaders
    /// What came was no HTTP/1.1 response, or it ended early.
    case protocolError(reason: String)
    /// The task that asked was cancelled.
    case cancelled
    /// The client is being shut down, or is.
    case shuttingDown
    /// Something on our side failed: memory, file descriptors, certificate files.
    case ours(reason: String)

    /// Whether the same request may succeed later.
    public var isTransient: Bool {
        switch self {
        case .refusedAddress(_, let isLiteral): !isLiteral  // A name may resolve to something else tomorrow.
        case .refusedURI, .refusedRequest, .tooLarge: false
        case .dns, .connect, .tls, .timeout, .tooManyHeaders, .protocolError: true
        case .cancelled, .shuttingDown, .ours: true
        }
    }

    /// Whether the other host is to blame, so that its health counts it; false when we are or nobody is.
    public var isHostFault: Bool {
        switch self {
        case .refusedAddress, .dns, .connect, .tls, .timeout, .tooLarge, .tooManyHeaders, .protocolError: true
        case .refusedURI, .refusedRequest, .cancelled, .shuttingDown, .ours: false
        }
    }

    /// What happened, in a sentence for whoever runs this server; it must not leave the process.
    public var operatorText: String {
        switch self {
        case .refusedAddress(let address, _): "\(address) is not an address we connect to"
        case .refusedURI(let reason): "the address is not one we go to: \(reason)"
        case .refusedRequest(let reason): "the request could not be sent: \(reason)"
        case .dns(let reason): "the name could not be resolved: \(reason)"
        case .connect(let reason): "no connection: \(reason)"
        case .tls(let reason): "no secure connection: \(reason)"
        case .timeout(let reason): "it took too long: \(reason)"
        case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .tooManyHeaders: "the answer's header is too long"
        case .protocolError(let reason): "the answer is broken: \(reason)"
        case .cancelled: "it was cancelled"
        case .shuttingDown: "this server is stopping"
        case .ours(let reason): "this server failed: \(reason)"
        }
    }
}
