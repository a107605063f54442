import Domain
import Foundation
import HTTPTypes
import Media
import Outbox
import TestKit
import Testing
import Vocabulary

struct UploadTests {
    private static let film =
        Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8) + [UInt8](repeating: 7, count: 5_000)

    /// A form with a file, as browsers and apps send it.
    static func form(_ name: String, _ bytes: [UInt8], _ fields: [(String, String)] = []) -> [UInt8] {
        var form: [UInt8] = []
        for (field, value) in fields {
            form += Array("--b\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8)
        }
        form += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"x.html\"\r\n".utf8)
        form += Array("Content-Type: text/html\r\n\r\n".utf8)
        return form + bytes + Array("\r\n--b--\r\n".utf8)
    }

    static let type = "multipart/form-data; boundary=b"

    private func upload(
        _ visitor: Visitor,
        _ bytes: [UInt8],
        _ token: String,
        fields: [(String, String)] = [],
        version: Int = 2
    ) async throws -> Visitor.Answer {
        let form = Self.form("file", bytes, fields)
        return try await visitor.send(
            .post,
            "/api/v\(version)/media",
            bytes: form,
            type: Self.type,
            token: token
        )
    }

    private func path(_ value: JSONValue?) throws -> String {
        try URI(try #require(value?.string)).target
    }

    @Test("A picture is uploaded, described, posted and served", arguments: [1, 2])
    func picture(_ version: Int) async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("read write")
            let photo = try TestPicture.sidewaysPhoto(width: 60, height: 40, place: "at the pond")
            let fields = [("description", "A pond"), ("focus", "0.5,-0.25")]
            let answer = try await upload(visitor, photo, token, fields: fields, version: version)
            #expect(answer.status == 200)
            let media = try #require(answer.json?.object)
            let id = try #require(media["id"]?.string)
            #expect(media["type"]?.string == "image")
            #expect(media["description"]?.string == "A pond")
            #expect(media["meta"]?.object?["focus"]?.object?["x"] == .number(0.5))
            #expect(media["meta"]?.object?["original"]?.object?["width"]?.integer == 40)
            // Smaller than a preview may be, so its preview is as large.
            #expect(media["meta"]?.object?["small"]?.object?["size"] == "40x60")

            let changed = try await visitor.send(
                .put,
                "/api/v1/media/\(id)",
                form: "description=Ducks+on+a+pond",
                token: token
            )
            #expect(changed.json?.object?["description"]?.string == "Ducks on a pond")
            #expect(try await visitor.send(.get, "/api/v1/media/\(id)", token: token).status == 200)

            let posted = try await visitor.send(
                .post,
                "/api/v1/statuses",
                form: "media_ids[]=\(id)",
                token: token
            )
            #expect(posted.status == 200)
            let shown = try #require(posted.json?.object?["media_attachments"]?.array?.first?.object)
            #expect(shown["id"]?.string == id)
            #expect(shown["description"]?.string == "Ducks on a pond")
            #expect(shown["remote_url"] == .null)

            let file = try await visitor.send(.get, try path(shown["url"]))
            #expect(file.status == 200)
            #expect(file.headers[.contentType] == "image/jpeg")
            #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(file.headers[.xContentTypeOptions] == "nosniff")
            #expect(file.headers[.contentDisposition] == "inline")
            #expect(file.headers[HTTPField.Name("Content-Security-Policy")!]?.contains("sandbox") == true)
            #expect(MediaFormat(file.bytes) == .jpeg)
            #expect(Data(file.bytes).range(of: Data("pond".utf8)) == nil)
            let small = try await visitor.send(.get, try path(shown["preview_url"]))
            #expect(MediaFormat(small.bytes) == .webp)

            // A post has it now: it is no draft's any more.
            #expect(try await visitor.send(.get, "/api/v1/media/\(id)", token: token).status == 404)
            #expect(try await visitor.send(.delete, "/api/v1/media/\(id)", token: token).status == 404)
        }
    }

    @Test("A file goes with its post, and one that no post has goes when it is asked to")
    func deletion() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("read write")
            let media = try #require(try await upload(visitor, Self.film, token).json?.object)
            let (id, url) = (try #require(media["id"]?.string), try path(media["url"]))
            #expect(try await visitor.send(.get, url).headers[.cacheControl]?.hasPrefix("private") == true)
            let post = try await visitor.send(
                .post,
                "/api/v1/statuses",
                form: "media_ids[]=\(id)",
                token: token
            )
            let postID = try #require(post.json?.object?["id"]?.string)
            #expect(try await visitor.send(.get, url).bytes == Self.film)
            #expect(try await visitor.send(.delete, "/api/v1/statuses/\(postID)", token: token).status == 200)
            #expect(try await visitor.send(.get, url).status == 404)

            let other = try #require(try await upload(visitor, Self.film, token).json?.object)
            let otherID = try #require(other["id"]?.string)
            #expect(try await visitor.send(.delete, "/api/v1/media/\(otherID)", token: token).status == 200)
            #expect(try await visitor.send(.get, try path(other["url"])).status == 404)
        }
    }

    @Test("API-25: somebody else's upload is none: it cannot be seen, changed, deleted or posted")
    func others() async throws {
        try await Visitor.use { visitor in
            let ada = try await visitor.token("read write")
            let cleo = try await visitor.token("read write", for: visitor.cleo)
            let id = try #require(try await upload(visitor, Self.film, ada).json?.object?["id"]?.string)
            for method in [HTTPRequest.Method.get, .put, .delete] {
                let theirs = try await visitor.send(
                    method,
                    "/api/v1/media/\(id)",
                    form: "description=x",
                    token: cleo
                )
                let none = try await visitor.send(
                    method,
                    "/api/v1/media/1",
                    form: "description=x",
                    token: cleo
                )
                #expect(theirs.status == 404)
                #expect(theirs.bytes == none.bytes)
            }
            let form = "status=Mine&media_ids[]=\(id)"
            #expect(try await visitor.send(.post, "/api/v1/statuses", form: form, token: cleo).status == 422)
            #expect(try await visitor.send(.post, "/api/v1/statuses", form: form, token: ada).status == 200)
            // And no upload is posted twice.
            #expect(try await visitor.send(.post, "/api/v1/statuses", form: form, token: ada).status == 422)
        }
    }

    @Test(
        "HTM-07, HTM-08: what is no picture, film or recording is refused with its reason, and so is a form that is none"
    )
    func refusals() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("write")
            let svg = try await upload(visitor, Array("<svg onload='alert(1)'/>".utf8), token)
            #expect(svg.status == 422)
            #expect(svg.json?.object?["error"]?.string?.contains("not taken") == true)
            #expect(try await upload(visitor, [], token).status == 422)
            let form = Self.form("file", Self.film)
            let cut = try await visitor.send(
                .post,
                "/api/v2/media",
                bytes: Array(form.dropLast(8)),
                type: Self.type,
                token: token
            )
            #expect(cut.status == 400)
            #expect(
                try await visitor.send(.post, "/api/v2/media", form: "file=x", token: token).status == 415
            )
            let reader = try await visitor.token("read")
            #expect(try await upload(visitor, Self.film, reader).status == 403)
            #expect(try await upload(visitor, Self.film, token).status == 200)
        }
    }

    @Test("A full disk is told as such, and a post without a file is still taken")
    func fullDisk() async throws {
        var limits = MediaLimits()
        limits.reservedBytes = .max / 2
        try await Visitor.use(mediaLimits: limits) { visitor in
            let token = try await visitor.token("write read")
            let answer = try await upload(visitor, Self.film, token)
            #expect(answer.status == 507)
            #expect(answer.headers[.retryAfter] != nil)
            let (cookie, csrf) = try await visitor.signIn()
            let form = Self.form("picture", [], [("csrf", csrf), ("text", "Without a picture")])
            let posted = try await visitor.send(.post, "/posts", bytes: form, type: Self.type, cookie: cookie)
            #expect(posted.status == 303)
        }
    }

    @Test("A film is served in parts")
    func ranges() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("write")
            let url = try path(try await upload(visitor, Self.film, token).json?.object?["url"])
            let part = try await visitor.send(.get, url, fields: [.range: "bytes=4-7"])
            #expect(part.status == 206)
            #expect(part.text == "ftyp")
            #expect(part.headers[.contentRange] == "bytes 4-7/\(Self.film.count)")
            let tag = try #require(part.headers[.eTag])
            #expect(try await visitor.send(.get, url, fields: [.range: "bytes=99999-"]).status == 416)
            #expect(try await visitor.send(.get, url, fields: [.ifNoneMatch: tag]).status == 304)
            let stale: HTTPFields = [.range: "bytes=4-7", .ifRange: "\"other\""]
            #expect(try await visitor.send(.get, url, fields: stale).bytes == Self.film)
            let head = try await visitor.send(.head, url)
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            #expect(
                try await visitor.send(.get, "/media/\(String(repeating: "0", count: 32))/original").status
                    == 404
            )
        }
    }

    @Test("An edit keeps, adds, describes and removes what is attached")
    func editing() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("read write")
            let first = try #require(try await upload(visitor, Self.film, token).json?.object?["id"]?.string)
            let second = try #require(try await upload(visitor, Self.film, token).json?.object?["id"]?.string)
            let posted = try await visitor.send(
                .post,
                "/api/v1/statuses",
                form: "status=Films&media_ids[]=\(first)",
                token: token
            )
            let id = try #require(posted.json?.object?["id"]?.string)
            let both = try await visitor.send(
                .put,
                "/api/v1/statuses/\(id)",
                body: """
                    {"status": "Films", "media_ids": ["\(second)", "\(first)"],
                     "media_attributes": [{"id": "\(first)", "description": "The first"}]}
                    """,
                type: "application/json",
                token: token
            )
            let shown = both.json?.object?["media_attachments"]?.array ?? []
            #expect(shown.map { $0.object?["id"]?.string } == [second, first])
            #expect(shown.map { $0.object?["description"]?.string } == [nil, "The first"])
            #expect(both.json?.object?["edited_at"] != .null)
            let none = try await visitor.send(
                .put,
                "/api/v1/statuses/\(id)",
                form: "status=None",
                token: token
            )
            #expect(none.json?.object?["media_attachments"]?.array?.isEmpty == true)
        }
    }

    @Test("The form of the website takes a picture with its description, and shows it with that")
    func website() async throws {
        try await Visitor.use { visitor in
            let (cookie, csrf) = try await visitor.signIn()
            let picture = try TestPicture.picture("png", width: 30, height: 20)
            let fields = [("csrf", csrf), ("text", "Look"), ("picture-text", "A \"red\" <board>")]
            let forged = Self.form("picture", picture, [("csrf", "x"), ("text", "Look")])
            #expect(
                try await visitor.send(.post, "/posts", bytes: forged, type: Self.type, cookie: cookie).status
                    == 403
            )
            let form = Self.form("picture", picture, fields)
            let answer = try await visitor.send(.post, "/posts", bytes: form, type: Self.type, cookie: cookie)
            #expect(answer.status == 303)
            let home = try await visitor.send(.get, "/home", cookie: cookie)
            #expect(home.text.contains("alt=\"A &quot;red&quot; &lt;board&gt;\""))
            #expect(home.text.contains("<img src=\"/media/"))
        }
    }

    @Test("A school may ask that pictures are described")
    func descriptions() async throws {
        try await Visitor.use { visitor in
            var school = visitor.school
            school.requiresDescriptions = true
            try await visitor.instance.admin.update(school, by: "test")
            let token = try await visitor.token("read write")
            let id = try #require(try await upload(visitor, Self.film, token).json?.object?["id"]?.string)
            let form = "status=Look&media_ids[]=\(id)"
            let refused = try await visitor.send(.post, "/api/v1/statuses", form: form, token: token)
            #expect(refused.status == 422)
            #expect(refused.json?.object?["error"]?.string?.contains("your school asks") == true)
            _ = try await visitor.send(.put, "/api/v1/media/\(id)", form: "description=+", token: token)
            #expect(try await visitor.send(.post, "/api/v1/statuses", form: form, token: token).status == 422)
            _ = try await visitor.send(.put, "/api/v1/media/\(id)", form: "description=A+film", token: token)
            #expect(try await visitor.send(.post, "/api/v1/statuses", form: form, token: token).status == 200)
        }
    }

    @Test("An account gets an avatar and a header, changes them and takes them away")
    func portraits() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("read write")
            let path = "/api/v1/accounts/update_credentials"
            let picture = try TestPicture.picture("png", width: 900, height: 600)
            let standard = try await visitor.send(.get, "/api/v1/accounts/verify_credentials", token: token)
            let none = standard.json?.object?["avatar"]?.string
            func update(_ name: String) async throws -> JSONObject {
                let form = Self.form(name, picture, [("display_name", "Ada L.")])
                let answer = try await visitor.send(.patch, path, bytes: form, type: Self.type, token: token)
                #expect(answer.status == 200)
                return try #require(answer.json?.object)
            }
            let first = try self.path(try await update("avatar")["avatar"])
            let header = try self.path(try await update("header")["header"])
            let second = try await update("avatar")
            #expect(second["display_name"]?.string == "Ada L.")
            #expect(try self.path(second["header"]) == header)
            #expect(try await visitor.send(.get, first).status == 404)
            let shown = try await visitor.send(.get, try self.path(second["avatar"]))
            #expect(shown.headers[.cacheControl]?.hasPrefix("public") == true)
            let sides = { (bytes: [UInt8]) in bytes[16..<24].map { Int($0) } }
            #expect(sides(shown.bytes) == [0, 0, 1, 144, 0, 0, 1, 144])
            #expect(sides(try await visitor.send(.get, header).bytes) == [0, 0, 5, 220, 0, 0, 1, 244])

            visitor.instance.clock.advance(by: .hours(48))
            try await visitor.media.tidy()
            #expect(try await visitor.send(.get, header).status == 200)

            let removed = try await visitor.send(.delete, "/api/v1/profile/avatar", token: token)
            #expect(removed.json?.object?["avatar"]?.string == none)
            #expect(try await visitor.send(.get, try self.path(second["avatar"])).status == 404)
            let film = Self.form("avatar", Self.film)
            #expect(
                try await visitor.send(.patch, path, bytes: film, type: Self.type, token: token).status == 422
            )
        }
    }

    @Test("An article has a cover, which is served and goes with it")
    func cover() async throws {
        try await Visitor.use { visitor in
            let token = try await visitor.token("read write")
            let picture = try TestPicture.picture("png", width: 90, height: 60)
            let media = try #require(
                try await upload(visitor, picture, token, fields: [("description", "Red")]).json?.object
            )
            let (id, url) = (try #require(media["id"]?.string), try path(media["url"]))
            let posted = try await visitor.send(
                .post,
                "/api/v1/statuses",
                form: "title=Red&status=All+about+it&media_ids[]=\(id)&cover_id=\(id)",
                token: token
            )
            let status = try #require(posted.json?.object)
            #expect(status["picture"]?.object?["description"]?.string == "Red")
            #expect(try path(status["picture"]?.object?["url"]) == url)
            let again = "title=Again&status=x&media_ids[]=\(id)&cover_id=\(id)"
            #expect(
                try await visitor.send(.post, "/api/v1/statuses", form: again, token: token).status == 422
            )
            let postID = try #require(status["id"]?.string)
            #expect(try await visitor.send(.get, url).status == 200)
            _ = try await visitor.send(.delete, "/api/v1/statuses/\(postID)", token: token)
            #expect(try await visitor.send(.get, url).status == 404)
        }
    }
}
