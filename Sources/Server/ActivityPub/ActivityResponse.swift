import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

/// Makes responses of ActivityStreams documents.
enum ActivityResponse {
    /// What a client wants of something that has a page: the document in one of its two media types, or the page.
    enum Wish {
        case document(Representation)
        case page
    }

    /// Reads the wish from `Accept`.
    ///
    /// - Throws: `Problem` with status 406.
    static func wish(_ request: Request, hasPage: Bool = true) throws -> Wish {
        let offers: [Representation] =
            hasPage ? [.activity, .linkedData, .html] : [.activity, .linkedData, .json]
        switch try ContentNegotiation.choose(offers, for: request.headers) {
        case .html: return .page
        case .linkedData: return .document(.linkedData)
        default: return .document(.activity)
        }
    }

    /// A document; `isShared` says whether caches between us and the reader may keep it for a minute.
    static func document(
        _ document: JSONObject,
        as representation: Representation,
        status: HTTPResponse.Status = .ok,
        isShared: Bool = false
    ) -> Response {
        var fields: HTTPFields = [
            .contentType: representation.contentType,
            .cacheControl: isShared ? "public, max-age=60" : "private, no-store",
        ]
        fields.vary(on: .accept, .signature)
        let bytes = JSONWriter.write(.object(document))
        return Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// Sends a browser to the page at an address of ours or of the actor's own.
    static func page(_ page: String) -> Response {
        var fields: HTTPFields = [.location: page, .cacheControl: "no-store"]
        fields.vary(on: .accept, .signature)
        return Response(status: .seeOther, headers: fields)
    }
}
