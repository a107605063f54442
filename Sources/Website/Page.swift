import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// A page for people: one skeleton, no script, one stylesheet.
struct Page {
    let visit: Visit?
    let title: String
    var body = ""
    /// Whether it has tables that need more room than text.
    var isWide = false
    /// Where the page's feeds are, without their endings.
    var feed: String?
    /// Where else than to us its forms may lead, as a policy names it.
    var formTarget: String?

    /// Begins a page; without a visit when not even the school can be looked up.
    init(_ visit: Visit?, title: String) {
        self.visit = visit
        self.title = title
    }

    /// The response; what a signed-in person sees is never kept by a cache.
    func response(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var fields = headers
        let own: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "private, no-store",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'\(formTarget.map { " \($0)" } ?? ""); base-uri 'none'; frame-ancestors 'none'",
        ]
        for field in own { fields[field.name] = field.value }
        return Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// Sends the browser to another page of ours after a form.
    static func redirect(_ path: String, cookie: String? = nil) -> Response {
        var fields: HTTPFields = [.location: path, .cacheControl: "no-store"]
        if let cookie { fields[.setCookie] = cookie }
        return Response(status: .seeOther, headers: fields)
    }

    /// A feed; caches may keep it for a while, since it is for everybody.
    static func feed(_ feed: Feed, _ form: Feed.Form) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: form.mediaType, .cacheControl: "public, max-age=300",
                .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: feed.text(form)))
        )
    }

    private var feedLinks: String {
        guard let feed = feed.map(HTMLEscape.attribute) else { return "" }
        return """
            <link rel="alternate" type="application/atom+xml" title="Atom" href="\(feed).atom">
            <link rel="alternate" type="application/rss+xml" title="RSS" href="\(feed).rss">

            """
    }

    /// The school's own colours; the address changes with them, so that no cache shows old ones.
    private var schoolStyle: String {
        guard let color = visit?.school.color else { return "" }
        let version = color.description.dropFirst()
        return "<link rel=\"stylesheet\" href=\"/assets/school.css?\(version)\">\n"
    }

    private var html: String {
        let school = HTMLEscape.text(visit?.school.name ?? "Staffroom")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLEscape.text(title)) · \(school)</title>
            <link rel="stylesheet" href="/assets/staffroom.css">
            \(schoolStyle)\(feedLinks)</head>
            <body\(isWide ? " class=\"wide\"" : "")>
            <a class="skip" href="#main">Skip to the content</a>
            <header><a class="school" href="/">\(school)</a><nav aria-label="Main">\(navigation)</nav></header>
            <main id="main">
            <h1>\(HTMLEscape.text(title))</h1>
            \(body)
            </main>
            <footer>Staffroom, on this school's own server. <a href="/about">About this school</a></footer>
            </body>
            </html>

            """
    }

    private var navigation: String {
        guard let visit, let person = visit.person else { return "<a href=\"/sign-in\">Sign in</a>" }
        let name = HTMLEscape.attribute(person.account.handle.name)
        return """
            <a href="/home">Home</a> <a href="/search">Search</a> <a href="/notifications">Notifications</a> <a href="/@\(name)">Profile</a>\(person.role.readsReports ? " <a href=\"/admin/reports\">Reports</a>" : "") <a href="/settings">Settings</a>
            <form method="post" action="/sign-out">\(Self.csrf(visit))<button class="link">Sign out</button></form>
            """
    }

    /// The hidden field that every form of a signed-in person carries.
    static func csrf(_ visit: Visit) -> String {
        "<input type=\"hidden\" name=\"csrf\" value=\"\(HTMLEscape.attribute(visit.person?.csrfToken ?? ""))\">"
    }
}

extension HTTPField.Name {
    static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy") ?? .vary
}
