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
        var collection = CollectionObject(.orderedCollection, id: uri.description)
        collection.totalItems = Int64(total)
        collection.first = hasPages ? "\(uri)?page=true" : nil
        return collection.json.adding(context: ContextDocument.plain)
    }

    /// The collection, or its only page, with all of its few items.
    func whole(_ items: [JSONValue]) -> JSONObject {
        if isPage { return page(items, total: items.count, ids: []) }
        var collection = CollectionObject(.orderedCollection, id: uri.description)
        collection.totalItems = Int64(items.count)
        collection.items = items
        return collection.json.adding(context: ContextDocument.plain)
    }

    /// One page.
    ///
    /// `ids`: those of the rows that were read for it, in order; there may be more rows than items.
    func page(_ items: [JSONValue], total: Int, ids: [Int64]) -> JSONObject {
        let id = "\(uri)?page=true" + (before.map { "&before=\($0)" } ?? "")
        var page = CollectionObject(.orderedPage, id: id)
        page.partOf = uri.description
        page.totalItems = Int64(total)
        page.items = items
        if let last = ids.last, ids.count == Self.size { page.next = "\(uri)?page=true&before=\(last)" }
        return page.json.adding(context: ContextDocument.note)
    }
}

extension JSONObject {
    fileprivate func adding(context: JSONValue) -> JSONObject {
        var document = self
        document["@context"] = context
        return document
    }
}
