public import Domain

/// One HTTP request to another server.
public struct OutboundRequest: Sendable {
    /// What is asked.
    public enum Method: String, Sendable {
        /// Fetches a document.
        case get = "GET"
        /// Hands an activity over.
        case post = "POST"
    }

    /// What becomes of a response body that is longer than the limit.
    public enum Excess: Sendable {
        /// The transfer fails with `TransferError.tooLarge`.
        case fails
        /// The rest is not read: for answers of which only the status matters.
        case isCut
    }

    /// What is asked.
    public var method: Method
    /// Where it goes; a fragment is not sent.
    public var uri: URI
    /// Header fields in order.
    ///
    /// `Host` always comes from `uri`; `Content-Length` and `Connection` are Transport's.
    public var fields: [(name: String, value: String)]
    /// The exact bytes of a POST; the array is shared, not copied, however many hosts it goes to.
    public var body: [UInt8]?
    /// The most bytes of a response body that are read; nil for the configured limit (1 MiB).
    public var maxResponseBody: Int?
    /// What becomes of a longer one.
    public var excess: Excess
    /// How long the whole may take, waiting for a free connection included; nil for the configured limit (30 s).
    public var timeout: Duration?

    /// Puts a request together; a longer answer than allowed fails a GET and is cut off a POST.
    public init(
        method: Method,
        uri: URI,
        fields: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        maxResponseBody: Int? = nil,
        excess: Excess? = nil,
        timeout: Duration? = nil
    ) {
        self.method = method
        self.uri = uri
        self.fields = fields
        self.body = body
        self.maxResponseBody = maxResponseBody
        self.excess = excess ?? (method == .get ? .fails : .isCut)
        self.timeout = timeout
    }
}
