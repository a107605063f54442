/// A collection, or one page of it.
///
/// Spec: Activity Vocabulary, Collection, OrderedCollection and their pages; ActivityPub 5.
///
/// A page that is embedded is read where it stands, and no deeper: what it leads to is a reference, so a document that
/// nests itself costs no more than its own bytes.
public struct CollectionObject: Sendable {
    /// The most items that are read of one document.
    public static let maximumItems = 1_000

    /// The four types.
    public enum Kind: String, Sendable, CaseIterable {
        /// Its items are in no order.
        case collection = "Collection"
        /// Its items are in order, the newest first.
        case orderedCollection = "OrderedCollection"
        /// A part of a `collection`.
        case page = "CollectionPage"
        /// A part of an `orderedCollection`.
        case orderedPage = "OrderedCollectionPage"

        /// Whether it is a part of another one.
        public var isPage: Bool { self == .page || self == .orderedPage }
        /// The term of its items.
        var items: String { self == .collection || self == .page ? "items" : "orderedItems" }
    }

    /// Its type.
    public let kind: Kind
    /// Its id.
    public var id: String?
    /// How many items there are in all; nil when it does not say, or says less than none.
    public var totalItems: Int64?
    /// The id of its first page.
    public var first: String?
    /// The id of the page after this one.
    public var next: String?
    /// The id of the collection that a page belongs to.
    public var partOf: String?
    /// Its own items, or those of its first page when that is embedded: texts or objects, as they came.
    public var items: [JSONValue] = []

    /// Makes one to be written.
    public init(_ kind: Kind, id: String) {
        self.kind = kind
        self.id = id
    }

    /// Reads one; at most so many of its items.
    ///
    /// - Throws: `ShapeError`: `missing` when its type is none of the four; else when the document would mean something
    ///   else to a JSON-LD processor.
    public init(_ document: JSONObject, maximumItems: Int = maximumItems) throws(ShapeError) {
        let plain = try PlainForm.of(document)
        guard let kind = plain.types.lazy.compactMap(Kind.init).first else { throw .missing("type") }
        self.kind = kind
        id = plain["id"]?.string
        totalItems = plain["totalItems"]?.integer.flatMap { $0 < 0 ? nil : $0 }
        first = plain.reference("first")
        next = plain.reference("next")
        partOf = plain.reference("partOf")
        items = Self.items(of: plain, kind, maximumItems)
        guard items.isEmpty, let page = plain["first"]?.object else { return }
        let embedded = try PlainForm.of(page)
        guard let kind = embedded.types.lazy.compactMap(Kind.init).first, kind.isPage else { return }
        items = Self.items(of: embedded, kind, maximumItems)
        next = next ?? embedded.reference("next")
    }

    /// The document, without a context.
    public var json: JSONObject {
        var document: JSONObject = ["type": .string(kind.rawValue)]
        if let id { document["id"] = .string(id) }
        if let totalItems { document["totalItems"] = .integer(totalItems) }
        if let partOf { document["partOf"] = .string(partOf) }
        if let first { document["first"] = .string(first) }
        if let next { document["next"] = .string(next) }
        if kind.isPage || !items.isEmpty { document[kind.items] = .array(items) }
        return document
    }

    /// Some servers use the other kind's term.
    private static func items(of document: JSONObject, _ kind: Kind, _ limit: Int) -> [JSONValue] {
        let found = document[kind.items] ?? document["orderedItems"] ?? document["items"]
        return Array((found?.asList ?? []).prefix(max(0, limit)))
    }
}
