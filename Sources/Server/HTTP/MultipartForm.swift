import HTTPTypes
public import Hummingbird
import NIOCore

/// The fields of a form with files, which go where the caller says while they come.
public struct MultipartForm: Sendable {
    /// The bytes of all fields that are no files.
    private static let maximumFieldBytes = 1 << 18

    /// The fields that are no files, in order.
    public private(set) var fields: [(name: String, value: String)] = []

    /// Whether a request has such a body.
    public static func isBody(of request: Request) -> Bool {
        request.headers[.contentType]?.lowercased().hasPrefix("multipart/form-data") ?? false
    }

    /// The last value of a field that is no file.
    public subscript(name: String) -> String? { fields.last { $0.name == name }?.value }

    /// Reads a request's body.
    ///
    /// `limit`: the bytes of the whole body.
    /// `take`: called with the name and the next bytes of each file, in order; an empty file is not told of.
    ///
    /// - Throws: `Problem`: 400 for a body that is malformed or broke off, 413 for one that is too long, 415 for another
    ///   type; and what `take` throws.
    public static func read(
        _ request: Request,
        limit: Int,
        isolation: isolated (any Actor)? = #isolation,
        files take: (_ name: String, _ bytes: [UInt8]) async throws -> Void
    ) async throws -> MultipartForm {
        guard var parser = request.headers[.contentType].flatMap({ MultipartParser(contentType: $0) }) else {
            throw Problem(.unsupportedMediaType, detail: "Send a form (multipart/form-data)")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Self.tooLarge(limit)
        }
        var form = MultipartForm()
        var gathered: [(name: String, bytes: [UInt8])] = []
        var file: String?
        var (count, fieldBytes) = (0, 0)
        var body = request.body.makeAsyncIterator()
        while let piece = try await Self.next(&body) {
            guard piece.readableBytes <= limit - count else { throw Self.tooLarge(limit) }
            count += piece.readableBytes
            for event in try Self.parse(&parser, piece) {
                switch event {
                case .part(let name, let isFile):
                    file = isFile ? name : nil
                    if !isFile { gathered.append((name, [])) }
                case .data(let bytes):
                    if let file {
                        try await take(file, bytes)
                    } else {
                        fieldBytes += bytes.count
                        guard fieldBytes <= maximumFieldBytes else { throw Self.tooLarge(maximumFieldBytes) }
                        gathered[gathered.count - 1].bytes += bytes
                    }
                }
            }
        }
        guard parser.isComplete else { throw Problem(.badRequest, detail: "The form broke off.") }
        form.fields = gathered.map {
            ($0.name, String(decoding: $0.bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}"))
        }
        return form
    }

    private static func next(
        _ body: inout RequestBody.AsyncIterator,
        isolation: isolated (any Actor)? = #isolation
    ) async throws(Problem) -> ByteBuffer? {
        do {
            return try await body.next(isolation: isolation)
        } catch {
            throw Problem(.badRequest, reason: "broken_body", detail: "The body broke off.", cause: error)
        }
    }

    private static func parse(_ parser: inout MultipartParser, _ piece: ByteBuffer) throws(Problem)
        -> [MultipartParser.Event]
    {
        do {
            return try parser.feed(piece.readableBytesView)
        } catch {
            throw Problem(.badRequest, detail: "The form is malformed.")
        }
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, reason: "body_too_large", detail: "The form is longer than \(limit) bytes.")
    }
}
