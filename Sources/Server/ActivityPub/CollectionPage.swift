import Domain
import Hummingbird
import Vocabulary

/// A collection or one page of it.
///
/// Spec: Activity Vocabulary, OrderedCollection; ActivityPub 5.
///
/// The collection itself has only its size; `?page=true` is the first page, and each page names the next by the last
/// id that it shows, so nothing shifts when something is added.
struct CollectionPage {
    static let size = 20

    let uri: URI
    let before: Int64?
    let isPage: Bool

    /// Reads which page is asked for.
    ///
    /// - Throws: `Problem` with status 400 when `before` is no id.
    init(_ uri: URI, _ request: Request) throws {
        self.uri = uri
        let query = request.uri.queryParameters
        isPage = query["page"] != nil
        if let text = query["before"] {
            guard let id = Int64(text), id > 0 else { throw Problem(.badRequest, reason: "bad_page") }
            before = id
        } else {
            before = nil
        }
    }

    /// The collection without its items; without a first page when they are not for the reader.
    func overview(total: Int, hasPages: Bool = true) -> JSONObject {
        var document: JSONObject = [
            "@context": ContextDocument.plain,
            "id": .string(uri.description),
            "type": "OrderedCollection",
            "totalItems": .integer(Int64(total)),
        ]
        if hasPages { document["first"] = .string("\(uri)?page=true") }
        return document
    }

    /// One page.
    ///
    /// `ids`: those of the rows that were read for it, in order; there may be more rows than items.
    func page(_ items: [JSONValue], total: Int, ids: [Int64]) -> JSONObject {
        var document: JSONObject = [
            "@context": ContextDocument.note,
            "id": .string("\(uri)?page=true" + (before.map { "&before=\($0)" } ?? "")),
            "type": "OrderedCollectionPage",
            "partOf": .string(uri.description),
            "totalItems": .integer(Int64(total)),
            "orderedItems": .array(items),
        ]
        if let last = ids.last, ids.count == Self.size {
            document["next"] = .string("\(uri)?page=true&before=\(last)")
        }
        return document
    }
}
