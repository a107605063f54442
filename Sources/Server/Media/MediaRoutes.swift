import Domain
import HTTPTypes
public import Hummingbird
public import Media
import NIOCore
public import Storage

/// Serves what people have uploaded.
///
/// Who knows an address may see what is there, as on every server of this kind: others' servers fetch it without a
/// signature. An address has 128 random bits, is told to those who may see the post alone, and ends with the post.
public struct MediaRoutes: Sendable {
    private static let chunk = 64 * 1_024

    private let library: MediaLibrary
    private let remote: RemoteMedia
    private let database: any SQLDatabase

    /// Serves from a library, and peers' files.
    public init(library: MediaLibrary, remote: RemoteMedia, database: any SQLDatabase) {
        self.library = library
        self.remote = remote
        self.database = database
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get("media/:key/original") { try await serve($0, $1, isPreview: false) }
        router.get("media/:key/small") { try await serve($0, $1, isPreview: true) }
        router.get("media/remote/:signature/:address") { try await serveRemote($0, $1) }
    }

    private func serve(_ request: Request, _ context: ServerContext, isPreview: Bool) async throws -> Response
    {
        guard let host = context.host, let key = context.parameters.get("key"),
            let school = try await database.read({ try $0.schools.find(host: host) }),
            let served = try await library.find(key, isPreview: isPreview, at: school.id)
        else { throw Problem(.notFound) }
        return try Self.answer(request, served)
    }

    private func serveRemote(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard let host = context.host, let signature = context.parameters.get("signature"),
            let address = context.parameters.get("address"),
            let school = try await database.read({ try $0.schools.find(host: host) }),
            let served = try await remote.find(signature, address, at: school)
        else { throw Problem(.notFound) }
        return try Self.answer(request, served)
    }

    private static func answer(_ request: Request, _ served: MediaLibrary.Served) throws -> Response {
        let tag = "\"\(served.tag)\""
        var fields: HTTPFields = [
            .contentType: served.mediaType, .acceptRanges: "bytes", .eTag: tag,
            .cacheControl: caching(of: served),
            .contentDisposition: "inline", .xContentTypeOptions: "nosniff",
        ]
        fields[.sandboxPolicy] = "default-src 'none'; sandbox; frame-ancestors 'none'"
        fields[.resourcePolicy] = "cross-origin"
        if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(tag) {
            return Response(status: .notModified, headers: fields)
        }
        let wished = request.headers[.ifRange].map { $0 == tag } ?? true ? request.headers[.range] : nil
        switch ByteRange.read(wished, size: served.file.size) {
        case .whole: return response(.ok, fields, served.file, 0..<served.file.size)
        case .part(let range):
            fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(served.file.size)"
            return response(.partialContent, fields, served.file, range)
        case .outside:
            throw Problem(
                .rangeNotSatisfiable,
                headers: [.contentRange: "bytes */\(served.file.size)"]
            )
        }
    }

    /// What is at an address of ours never changes; a peer may change what is at its own.
    private static func caching(of served: MediaLibrary.Served) -> String {
        let reach = served.isForEverybody ? "public" : "private"
        return served.isForGood ? "\(reach), max-age=31536000, immutable" : "\(reach), max-age=86400"
    }

    private static func response(
        _ status: HTTPResponse.Status,
        _ fields: HTTPFields,
        _ file: any StoredFile,
        _ range: Range<Int>
    ) -> Response {
        let body = ResponseBody(contentLength: range.count) { writer in
            var start = range.lowerBound
            while start < range.upperBound {
                let bytes = try await file.read(at: start, count: min(chunk, range.upperBound - start))
                // Kept files never change: a shorter one means that the disk has failed.
                guard !bytes.isEmpty else { throw Problem(.internalServerError) }
                try await writer.write(ByteBuffer(bytes: bytes))
                start += bytes.count
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: fields, body: body)
    }
}

/// Which bytes of a file a request wants.
///
/// Spec: RFC 9110 section 14. Several ranges in one request are answered with the whole.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int>)
    case outside

    /// Reads a `Range` field; one that is malformed counts as none.
    static func read(_ field: String?, size: Int) -> ByteRange {
        guard let field, field.hasPrefix("bytes=") else { return .whole }
        let ends = field.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ end in end.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return .whole }
        switch (number(ends[0]), number(ends[1])) {
        case (nil, nil): return .whole
        case (nil, let last?):
            guard last > 0, size > 0 else { return .outside }
            return .part(size - min(last, size)..<size)
        case (let first?, let last):
            if let last, last < first { return .whole }
            guard first < size else { return .outside }
            return .part(first..<(last.map { min($0, size - 1) + 1 } ?? size))
        }
    }

    private static func number(_ text: Substring) -> Int? {
        text.isEmpty ? nil : Int(text) ?? .max
    }
}

extension HTTPField.Name {
    fileprivate static let sandboxPolicy = HTTPField.Name("Content-Security-Policy") ?? .vary
    fileprivate static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .vary
}
