import Access
import Archives
import Content
import Domain
import HTTPTypes
import Hummingbird
import Media
import NIOCore
import Outbox
import Server

/// What a person takes along and brings along.
struct ArchivePages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("settings/export") { try await exports($0, $1) }
        router.post("settings/export") { try await order($0, $1) }
        router.get("settings/export/:id") { try await download($0, $1) }
        router.get("settings/import") { try await imports($0, $1) }
        router.post("settings/import") { try await receive($0, $1) }
    }

    private func person(_ request: Request, _ context: ServerContext) async throws -> (
        Visit, Sessions.SignedIn
    )? {
        let visit = try await desk.visit(request, context)
        return visit.person.map { (visit, $0) }
    }

    private func exports(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard let (visit, person) = try await person(request, context) else {
            return Page.redirect("/sign-in")
        }
        return try await exportPage(visit, person).response()
    }

    private func exportPage(_ visit: Visit, _ person: Sessions.SignedIn, error: String? = nil) async throws
        -> Page
    {
        var page = Page(visit, title: "Take everything along")
        let found = try await desk.archives.exports(of: person.account.id)
        let rows = found.map { export in
            let day = PostHTML.time(export.createdAt, at: visit.school)
            return switch export.state {
            case .waiting: "<li>\(day): being made; come back in a while</li>"
            case .failed: "<li>\(day): could not be made; try again</li>"
            case .ready:
                """
                <li>\(day): <a href="/settings/export/\(export.id)">download it</a> \
                (\(Self.size(export.size ?? 0)), until \(PostHTML.time(export.until, at: visit.school)))</li>
                """
            }
        }
        page.body = """
            <p>An archive of all your posts, pictures, likes, bookmarks, lists, and of those whom you follow, block and mute.
            It is a ZIP file of the kind that Mastodon makes. It is kept for seven days, for you alone. It holds your direct
            messages too: keep it safe.</p>
            \(SettingsPages.problem(error))
            <form class="card" method="post" action="/settings/export">\(Page.csrf(visit))
            <button class="primary">Make an archive</button>
            </form>
            \(rows.isEmpty ? "" : "<ul class=\"card\">\(rows.joined())</ul>")
            """
        return page
    }

    private func order(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, school, _) = try await desk.form(request, context, limit: 4_096)
        do {
            try await desk.archives.order(for: person.account.id)
        } catch let error as ArchiveError {
            let visit = Visit(school: school, person: person)
            return try await exportPage(visit, person, error: error.description).response(
                .unprocessableContent
            )
        }
        return Page.redirect("/settings/export")
    }

    /// Another's archive is none, whoever knows its address.
    private func download(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard let (_, person) = try await person(request, context) else { return Page.redirect("/sign-in") }
        guard let id = context.parameters.get("id").flatMap({ AccountExport.ID($0) }),
            let file = try await desk.archives.open(id, of: person.account.id)
        else { throw Problem(.notFound) }
        let body = ResponseBody(contentLength: file.size) { writer in
            var start = 0
            while start < file.size {
                let bytes = try await file.read(at: start, count: min(1 << 16, file.size - start))
                guard !bytes.isEmpty else { throw Problem(.internalServerError) }
                try await writer.write(ByteBuffer(bytes: bytes))
                start += bytes.count
            }
            try await writer.finish(nil)
        }
        let name = "\(person.account.handle.name)-\(CalendarDay(of: desk.clock.now())).zip"
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/zip", .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "private, no-store", .xContentTypeOptions: "nosniff",
            ],
            body: body
        )
    }

    private func imports(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard let (visit, person) = try await person(request, context) else {
            return Page.redirect("/sign-in")
        }
        return try await importPage(visit, person).response()
    }

    private func importPage(_ visit: Visit, _ person: Sessions.SignedIn, error: String? = nil) async throws
        -> Page
    {
        var page = Page(visit, title: "Bring something along")
        let choices = AccountImport.Kind.allCases.map { kind in
            "<option value=\"\(kind.rawValue)\">\(Self.name(kind))</option>"
        }
        let reports = try await desk.archives.imports(of: person.account.id)
        page.body = """
            <p>An archive from here or from Mastodon, or one of its tables. Old posts appear on your page with their old
            dates; nobody is told of them. Whom to follow is asked one by one, which takes a while.</p>
            \(SettingsPages.problem(error))
            <form class="card" method="post" action="/settings/import" enctype="multipart/form-data">\(Page.csrf(visit))
            <label for="kind">What it is</label>
            <select id="kind" name="kind">\(choices.joined())</select>
            <label for="file">The file</label>
            <input id="file" name="file" type="file" accept=".zip,.tar,.gz,.tgz,.csv" required\(SettingsPages.described(error))>
            <p class="hint">At most \(desk.archives.limits.uploadBytes / 1_048_576) MiB</p>
            <button class="primary">Bring it along</button>
            </form>
            \(reports.map { Self.html($0, visit) }.joined())
            """
        return page
    }

    private func receive(_ request: Request, _ context: ServerContext) async throws -> Response {
        // Nothing is read for a stranger.
        guard let (visit, person) = try await person(request, context) else {
            throw Problem(.forbidden, detail: "Sign in again and repeat it.")
        }
        let limit = desk.archives.limits.uploadBytes + (1 << 19)
        do {
            _ = try await desk.archives.receive(for: person.account.id) { file in
                let form = try await MultipartForm.read(request, limit: limit) { name, bytes in
                    if name == "file" { try await file.write(bytes) }
                }
                guard form["csrf"] == person.csrfToken else {
                    throw Problem(.forbidden, detail: "Sign in again and repeat it.")
                }
                guard let kind = form["kind"].flatMap({ AccountImport.Kind(rawValue: $0) }) else {
                    throw Problem(.badRequest, detail: "Say what the file is.")
                }
                return kind
            }
        } catch let error as ArchiveError {
            return try await importPage(visit, person, error: error.description).response(
                .unprocessableContent
            )
        }
        return Page.redirect("/settings/import")
    }

    private static func html(_ report: ImportReport, _ visit: Visit) -> String {
        let order = report.order
        let state =
            switch order.state {
            case .waiting: "waits to be read"
            case .working: "\(report.waiting) still to be done"
            case .finished: "finished"
            case .failed: "not taken: \(HTMLEscape.text(order.problem ?? ""))"
            }
        let refusals = report.refusals.map {
            "<li><bdi>\(HTMLEscape.text($0.item))</bdi>: \(HTMLEscape.text($0.reason))</li>"
        }
        let more = order.refused - report.refusals.count
        return """
            <section class="card"><h2>\(name(order.kind)), \(PostHTML.time(order.createdAt, at: visit.school))</h2>
            <p>\(state). Taken: \(order.added). There already, or nothing that is imported: \(order.passed).
            Refused: \(order.refused).</p>
            \(refusals.isEmpty ? "" : "<ul>\(refusals.joined())\(more > 0 ? "<li>and \(more) more</li>" : "")</ul>")
            </section>
            """
    }

    private static func name(_ kind: AccountImport.Kind) -> String {
        switch kind {
        case .archive: "An archive"
        case .follows: "Whom you follow (CSV)"
        case .blocks: "Whom you block (CSV)"
        case .mutes: "Whom you mute (CSV)"
        case .lists: "Lists (CSV)"
        case .bookmarks: "Bookmarks (CSV)"
        case .hashtags: "Hashtags that you follow (CSV)"
        }
    }

    private static func size(_ bytes: Int64) -> String {
        bytes < 1_048_576 ? "\(max(1, bytes / 1_024)) KiB" : "\(bytes / 1_048_576) MiB"
    }
}
