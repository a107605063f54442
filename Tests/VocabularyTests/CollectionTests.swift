import Testing
import Vocabulary

@Suite("Collections")
struct CollectionTests {
    private func read(_ text: String) throws -> CollectionObject {
        try CollectionObject(try #require(try JSONParser.parse(Array(text.utf8)).object))
    }

    @Test(
        "each of the four types is read, with items under either term",
        arguments: [
            (#"{"type":"Collection","items":["a","b"]}"#, CollectionObject.Kind.collection),
            (#"{"type":"OrderedCollection","orderedItems":["a",{"id":"b"}]}"#, .orderedCollection),
            (#"{"type":"CollectionPage","items":["a","b"],"partOf":"c"}"#, .page),
            (#"{"type":"OrderedCollectionPage","items":["a","b"]}"#, .orderedPage),
        ]
    )
    func types(text: String, kind: CollectionObject.Kind) throws {
        let collection = try read(text)
        #expect(collection.kind == kind)
        #expect(collection.items.compactMap(\.id) == ["a", "b"])
    }

    @Test("a first page is a reference, or is read where it is embedded")
    func first() throws {
        let referred = try read(#"{"type":"OrderedCollection","totalItems":3,"first":"p1"}"#)
        #expect(referred.first == "p1" && referred.items.isEmpty && referred.totalItems == 3)
        let embedded = try read(
            #"{"type":"Collection","first":{"id":"p1","type":"CollectionPage","items":["a"],"next":"p2"}}"#
        )
        #expect(embedded.first == "p1" && embedded.items == ["a"] && embedded.next == "p2")
    }

    @Test("FET-20: what nests itself is read one level deep, and items are bounded")
    func bounds() throws {
        let page = #"{"type":"CollectionPage","first":{"type":"CollectionPage","items":["deep"]}}"#
        #expect(try read(#"{"type":"Collection","first":\#(page)}"#).items.isEmpty)
        let many = Array(repeating: "\"a\"", count: 1_500).joined(separator: ",")
        #expect(try read(#"{"type":"Collection","items":[\#(many)]}"#).items.count == 1_000)
    }

    @Test(
        "a number of items that cannot be is none",
        arguments: ["-1", "1.5", "\"3\"", "null"]
    )
    func totals(number: String) throws {
        #expect(try read(#"{"type":"Collection","totalItems":\#(number)}"#).totalItems == nil)
    }

    @Test("what is no collection is refused")
    func others() {
        #expect(throws: ShapeError.missing("type")) { try read(#"{"type":"Note","items":[]}"#) }
        #expect(throws: ShapeError.self) { try read(#"{"type":"Collection","@graph":[]}"#) }
    }

    @Test("what is written is read the same", arguments: CollectionObject.Kind.allCases)
    func roundTrip(kind: CollectionObject.Kind) throws {
        var collection = CollectionObject(kind, id: "https://a.example/c")
        collection.totalItems = 41
        collection.next = "https://a.example/c?page=2"
        collection.partOf = "https://a.example/c"
        collection.items = ["https://a.example/1"]
        let again = try CollectionObject(collection.json)
        #expect(again.kind == kind && again.id == collection.id && again.totalItems == 41)
        #expect(again.next == collection.next && again.partOf == collection.partOf)
        #expect(again.items == collection.items)
    }
}
