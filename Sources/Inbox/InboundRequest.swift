public import Domain
public import HTTPSignatures

/// A request to an inbox, exactly as it came.
public struct InboundRequest: Sendable {
    /// The request line and header fields, with our own configured origin as authority.
    public let message: HTTPMessage
    /// The exact bytes of the body.
    public let body: [UInt8]
    /// The school whose door it came through.
    public let school: School
    /// The account whose own inbox it is; nil for a shared inbox.
    public let recipient: Account.ID?

    /// Puts a request together.
    public init(message: HTTPMessage, body: [UInt8], school: School, recipient: Account.ID?) {
        self.message = message
        self.body = body
        self.school = school
        self.recipient = recipient
    }
}
