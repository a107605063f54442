import Archives
import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing

@Suite("Taking along and bringing along on pages")
struct ArchiveTests {
    @Test("an archive is made for its owner, who alone downloads it, and not for ever")
    func download() async throws {
        try await Visitor.use { visitor in
            _ = try await visitor.instance.publisher.publish(PostDraft(text: "Hello"), as: visitor.ada.id)
            let (cookie, csrf) = try await visitor.signIn()
            let page = try await visitor.send(.get, "/settings/export", cookie: cookie)
            #expect(page.status == 200 && page.text.contains("Make an archive"))
            #expect(
                try await visitor.send(.post, "/settings/export", form: "csrf=x", cookie: cookie).status
                    == 403
            )
            let ordered = try await visitor.send(
                .post,
                "/settings/export",
                form: "csrf=\(csrf)",
                cookie: cookie
            )
            #expect(ordered.status == 303)
            #expect(
                try await visitor.send(.get, "/settings/export", cookie: cookie).text.contains("being made")
            )
            #expect(try await visitor.archives.makeNext())
            let made = try #require(try await visitor.archives.exports(of: visitor.ada.id).first)
            let path = "/settings/export/\(made.id)"
            #expect(try await visitor.send(.get, "/settings/export", cookie: cookie).text.contains(path))
            let file = try await visitor.send(.get, path, cookie: cookie)
            #expect(file.status == 200 && file.bytes.starts(with: Array("PK".utf8)))
            #expect(file.headers[.contentType] == "application/zip")
            #expect(file.headers[.cacheControl] == "private, no-store")
            #expect(file.headers[.contentDisposition]?.hasPrefix("attachment; filename=\"ada-") == true)

            let (other, _) = try await visitor.signIn(as: "cleo")
            #expect(try await visitor.send(.get, path, cookie: other).status == 404)
            #expect(try await visitor.send(.get, path).status == 303)
            let twice = try await visitor.send(
                .post,
                "/settings/export",
                form: "csrf=\(csrf)",
                cookie: cookie
            )
            #expect(twice.status == 422 && twice.text.contains("once a day"))
            visitor.instance.clock.advance(by: AccountExport.kept)
            let (later, _) = try await visitor.signIn()
            #expect(try await visitor.send(.get, path, cookie: later).status == 404)
        }
    }

    @Test("a table is brought along; what was refused is shown with its reason")
    func table() async throws {
        try await Visitor.use { visitor in
            let (cookie, csrf) = try await visitor.signIn()
            func send(_ token: String, _ text: String, _ kind: String = "hashtags") async throws
                -> Visitor.Answer
            {
                try await visitor.send(
                    .post,
                    "/settings/import",
                    bytes: UploadTests.form("file", Array(text.utf8), [("csrf", token), ("kind", kind)]),
                    type: UploadTests.type,
                    cookie: cookie
                )
            }
            #expect(try await send("x", "maths\n").status == 403)
            #expect(try await send(csrf, "maths\n", "x").status == 400)
            #expect(try await send(csrf, "").status == 422)
            #expect(try await visitor.send(.post, "/settings/import", form: "csrf=\(csrf)").status == 403)
            #expect(try await send(csrf, "maths\n<b> no tag\n").status == 303)
            let second = try await send(csrf, "physics\n")
            #expect(second.status == 422 && second.text.contains("Wait until the last one is finished"))
            #expect(try await visitor.archives.readNext())
            while try await visitor.archives.doNextRow() {}
            let page = try await visitor.send(.get, "/settings/import", cookie: cookie).text
            #expect(page.contains("finished") && page.contains("Taken: 1") && page.contains("Refused: 1"))
            #expect(page.contains("<bdi>&lt;b&gt; no tag</bdi>: it is no hashtag"))
            let (other, _) = try await visitor.signIn(as: "cleo")
            let hers = try await visitor.send(.get, "/settings/import", cookie: other).text
            #expect(!hers.contains("no tag"))
        }
    }
}
