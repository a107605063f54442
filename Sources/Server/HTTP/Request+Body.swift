import HTTPTypes
public import Hummingbird
import NIOCore

extension Request {
    /// Reads the whole body, byte for byte as it came; to be called once.
    ///
    /// The limit is in bytes and is held while reading. A `Content-Length` above it is refused before the first byte
    /// is read, and what is left unread is the connection's business (`HTTPLimits.unreadBodyBytes`). What is read
    /// counts against `HTTPLimits.bodyBytes` until the request is answered.
    ///
    /// - Throws: `Problem` with status 413 above the limit, 400 when the body broke off or is not as long as its
    ///   `Content-Length`, 503 when the bodies of other requests leave no room.
    public func collectBody(limit: Int, _ context: ServerContext) async throws -> [UInt8] {
        let declared = try declaredLength()
        if let declared, declared > limit { throw Self.tooLarge(limit) }
        var whole: [UInt8] = []
        do {
            for try await part in body {
                guard part.readableBytes <= limit - whole.count else { throw Self.tooLarge(limit) }
                guard context.bodyHold?.take(part.readableBytes) ?? true else { throw Self.noRoom }
                // Only once something has come: a length alone must not take memory.
                if whole.isEmpty, let declared { whole.reserveCapacity(declared) }
                whole.append(contentsOf: part.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.badRequest, reason: "broken_body", detail: "The body broke off.", cause: error)
        }
        // Hummingbird ends the body without an error when a connection is closed by us in the middle of it.
        if let declared, declared != whole.count {
            throw Problem(.badRequest, reason: "broken_body", detail: "The body broke off.")
        }
        return whole
    }

    /// The header fields in the order they came, as a signature's verifier needs them; `host` first.
    ///
    /// Names are as the client wrote them. The codec keeps the host apart, so its place is lost: no scheme needs it.
    public var wireFields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(headers.count + 1)
        if let authority = head.authority { fields.append(("host", authority)) }
        for field in headers { fields.append((field.name.rawName, field.value)) }
        return fields
    }

    private func declaredLength() throws(Problem) -> Int? {
        guard let text = headers[.contentLength] else { return nil }
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw Self.tooLarge(0) }
        return length
    }

    private static var noRoom: Problem {
        Problem(
            .serviceUnavailable,
            reason: "overloaded",
            detail: "Too much is coming in just now; try again later.",
            retryAfter: 30
        )
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, reason: "body_too_large", detail: "The body is longer than \(limit) bytes.")
    }
}
