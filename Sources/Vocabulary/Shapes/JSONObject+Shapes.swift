/// Tolerant readings of the shapes in which servers write the same thing.
extension JSONObject {
    /// The text of a term, or the first entry of its language map (`nameMap` for `name`).
    func text(_ term: String) -> String? {
        if let text = self[term]?.asList.first?.string { return text }
        return self["\(term)Map"]?.object?.members.lazy.compactMap { $0.value.string }.first
    }

    /// The reference of a term: text, or the id of an object; of a list, the first one's.
    func reference(_ term: String) -> String? { self[term]?.id }

    /// The references of a term, one or many; what is neither text nor an object with an id is left out.
    func references(_ term: String, limit: Int) -> [String] {
        (self[term]?.asList ?? []).prefix(limit).compactMap(\.id)
    }

    /// The object of a term; of a list, the first one.
    func object(_ term: String) -> JSONObject? { self[term]?.asList.first?.object }

    /// The types, one or many.
    var types: [String] { (self["type"]?.asList ?? []).prefix(8).compactMap(\.string) }

    /// A time in milliseconds since 1970.
    func time(_ term: String) -> Int64? { self[term]?.string.flatMap(WireDate.parse) }

    /// A page for people: text, a Link, or of several the one that is HTML.
    func link(_ term: String) -> String? {
        let links = (self[term]?.asList ?? []).prefix(32)
        let page = links.first { $0.object?["mediaType"]?.string == "text/html" } ?? links.first
        return page?.string ?? page?.object?["href"]?.string
    }
}
