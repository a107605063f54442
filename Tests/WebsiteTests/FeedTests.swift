import Domain
import Foundation
import HTTPTypes
import Outbox
import TestKit
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

extension WebsiteTests {
    @Suite("Feeds")
    struct FeedTests {
        /// What a real XML parser reads: the texts by the path of their element.
        private final class Reader: NSObject, XMLParserDelegate {
            var texts: [String: [String]] = [:]
            private var path: [String] = []
            private var text = ""

            func parser(
                _ parser: XMLParser,
                didStartElement name: String,
                namespaceURI: String?,
                qualifiedName: String?,
                attributes: [String: String]
            ) {
                path.append(name)
                text = ""
            }

            func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

            func parser(
                _ parser: XMLParser,
                didEndElement name: String,
                namespaceURI: String?,
                qualifiedName: String?
            ) {
                texts[path.joined(separator: "/"), default: []].append(text)
                path.removeLast()
                text = ""
            }
        }

        private func read(_ xml: String) -> [String: [String]]? {
            let reader = Reader()
            let parser = XMLParser(data: Data(xml.utf8))
            parser.delegate = reader
            return parser.parse() ? reader.texts : nil
        }

        @Test(
            "an account's public posts are RSS and Atom, and nothing else of it is",
            arguments: ["rss", "atom"]
        )
        func account(form: String) async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                for audience in Audience.allCases {
                    let draft = PostDraft(
                        text: "\(audience.rawValue) & <more> \u{1} #Maths",
                        audience: audience
                    )
                    _ = try await publisher.publish(draft, as: visitor.ada.id)
                }
                _ = try await publisher.publish(
                    PostDraft(text: "How it ends", summary: "Spoilers"),
                    as: visitor.ada.id
                )
                let answer = try await visitor.send(.get, "/@ada.\(form)")
                #expect(answer.status == 200)
                #expect(answer.headers[.contentType]?.hasPrefix("application/\(form)+xml") == true)
                let texts = try #require(read(answer.text))
                let item = form == "rss" ? "rss/channel/item" : "feed/entry"
                #expect(texts["\(item)/title"] == ["Spoilers", "public & <more>  #Maths"])
                let content = try #require(texts["\(item)/\(form == "rss" ? "description" : "content")"])
                #expect(content[1].contains("public &amp; &lt;more&gt;") && content[1].contains("<a href="))
                #expect(!answer.text.contains("How it ends") && !answer.text.contains("unlisted"))
                let date = try #require(texts["\(item)/\(form == "rss" ? "pubDate" : "published")"]?.first)
                #expect(date.contains(form == "rss" ? " +0000" : "T"))
            }
        }

        @Test("the page of an account leads to its feeds; of nobody there are none")
        func discovery() async throws {
            try await Visitor.use { visitor async throws in
                let page = try await visitor.send(.get, "/@ada")
                #expect(
                    page.text.contains("type=\"application/atom+xml\" title=\"Atom\" href=\"/@ada.atom\"")
                )
                #expect(try await visitor.send(.get, "/@nobody.rss").status == 404)
                try await visitor.instance.admin.suspend(visitor.cleo, by: "test")
                #expect(try await visitor.send(.get, "/@cleo.rss").status == 404)
                #expect(try await visitor.send(.get, "/@ada.rss").status == 200)
            }
        }
    }
}
