public import Domain
public import Vocabulary

/// Goes through a collection of a peer's, page by page.
///
/// Spec: Activity Vocabulary, Collection. A collection never leads to another origin, nor twice to the same page, and
/// ends after as many pages as the budget has.
public struct CollectionWalk: Sendable {
    let directory: PeerDirectory
    let school: School
    /// The origin that all of its pages are of.
    public let origin: Origin
    private var next: Step?
    private var seen: Set<URI> = []

    private enum Step: Sendable {
        case page(URI)
        case embedded(JSONObject)
    }

    /// Starts at a term of a document of an origin: the address of a collection, or the collection itself.
    ///
    /// An address may be elsewhere only if `origin` is its own.
    public init(_ start: JSONValue, of origin: Origin, _ directory: PeerDirectory, for school: School) {
        self.directory = directory
        self.school = school
        self.origin = origin
        if let object = start.embedded, object["type"] != nil {
            next = .embedded(object)
        } else {
            next = start.id.flatMap { try? URI($0) }.map { .page($0) }
        }
    }

    /// The items of the next page; nil at the end.
    ///
    /// - Throws: `PostRefusal` when a page cannot be had or makes no sense; `FetchBudget.Exhausted`, of a page that comes
    ///   again with the reason `loop`.
    public mutating func page(_ budget: inout FetchBudget) async throws -> [JSONValue]? {
        guard let step = next else { return nil }
        next = nil
        let document: JSONObject
        switch step {
        case .embedded(let object): document = object
        case .page(let uri):
            let page = uri.withoutFragment
            guard page.origin == origin else {
                throw PostRefusal.unreadable(reason: "the collection leads to another server")
            }
            guard seen.insert(page).inserted else { throw FetchBudget.Exhausted(reason: .loop) }
            try budget.spendPage(at: page.host)
            do {
                let answer = try await directory.fetcher.fetchSized(page, for: school)
                budget.spend(bytes: answer.size)
                document = answer.document
            } catch {
                throw PostRefusal.fetch(error)
            }
        }
        let collection: CollectionObject
        do {
            collection = try CollectionObject(document)
        } catch {
            throw PostRefusal(error)
        }
        let id = collection.id.flatMap { try? URI($0) }?.withoutFragment
        // What it holds itself, or its embedded first page does, is read here; else the first page is.
        let isRead = !collection.items.isEmpty || collection.kind.isPage || collection.next != nil
        let following = collection.next ?? (isRead ? nil : collection.first)
        if case .embedded = step, !isRead, following == nil, collection.totalItems != 0 {
            // WordPress embeds nothing but the collection's name.
            next = id.map { .page($0) }
            return []
        }
        if let id { seen.insert(id) }
        next = following.flatMap { try? URI($0) }.map { .page($0) }
        return collection.items
    }
}
