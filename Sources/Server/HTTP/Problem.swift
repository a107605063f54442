public import HTTPTypes
public import Hummingbird
import NIOCore

/// Why a request was not answered as asked: thrown by routes, sent as a problem document.
///
/// Only the status, the reason and the detail leave the process. The cause is for the log. Spec: RFC 9457.
public struct Problem: Error, Sendable {
    /// The status code.
    public let status: HTTPResponse.Status
    /// A short code for programs, in lower case with underscores, such as `bad_signature`; ASCII.
    public let reason: String
    /// A sentence for whoever sent the request; safe for strangers.
    public let detail: String?
    /// In how many seconds to try again; sent as `Retry-After`.
    public var retryAfter: Int?
    /// Further header fields of the response.
    public var headers: HTTPFields
    /// What went wrong inside; logged once, never sent.
    public var cause: (any Error)?

    /// Describes a problem; without a reason, the status names it.
    public init(
        _ status: HTTPResponse.Status,
        reason: String? = nil,
        detail: String? = nil,
        retryAfter: Int? = nil,
        headers: HTTPFields = [:],
        cause: (any Error)? = nil
    ) {
        self.status = status
        self.reason = reason ?? Self.reason(for: status)
        self.detail = detail
        self.retryAfter = retryAfter
        self.headers = headers
        self.cause = cause
    }

    /// Hides an unexpected error behind a 500 with a general text.
    public static func unexpected(_ cause: any Error) -> Problem {
        Problem(.internalServerError, detail: "Something went wrong here.", cause: cause)
    }

    /// The problem document.
    func document() -> ByteBuffer {
        var text = JSONText()
        text.add("type", "about:blank")
        text.add("title", status.reasonPhrase)
        text.add("status", status.code)
        if let detail { text.add("detail", detail) }
        text.add("reason", reason)
        // Where apps look for it, as in the errors of Mastodon's API.
        text.add("error", detail ?? status.reasonPhrase)
        return ByteBuffer(bytes: text.finish())
    }

    /// The reason phrase as a code: `Not Found` gives `not_found`.
    private static func reason(for status: HTTPResponse.Status) -> String {
        let code = status.reasonPhrase.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte
            case UInt8(ascii: " "), UInt8(ascii: "-"): UInt8(ascii: "_")
            default: nil
            }
        }
        return code.isEmpty ? "error" : String(decoding: code, as: UTF8.self)
    }
}

extension Problem: HTTPResponseError {
    /// Makes the response: the problem document, never cached.
    public func response(from request: Request, context: some RequestContext) -> Response { response() }

    func response() -> Response {
        var fields = headers
        fields[.contentType] = Self.mediaType
        fields[.cacheControl] = "no-store"
        if let retryAfter { fields[.retryAfter] = String(max(0, retryAfter)) }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: document()))
    }

    static let mediaType = "application/problem+json"
}
