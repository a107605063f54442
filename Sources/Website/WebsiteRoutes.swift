import Domain
import HTTPTypes
public import Hummingbird
import NIOCore
public import Server
import Storage

/// The pages for people: server-rendered, without a script.
public struct WebsiteRoutes: Sendable {
    private let desk: WebDesk

    /// Serves by a desk.
    public init(desk: WebDesk) {
        self.desk = desk
    }

    /// Adds the routes; the last of all, since `/:handle` takes what others leave.
    public func add(to router: Router<ServerContext>) {
        router.get("assets/staffroom.css") { _, _ in Self.asset(Stylesheet.text, "text/css; charset=utf-8") }
        router.get("assets/avatar.svg") { _, _ in Self.asset(Self.avatar, "image/svg+xml") }
        router.get("assets/header.svg") { _, _ in Self.asset(Self.header, "image/svg+xml") }
        router.get("assets/school.css") { _, context in
            guard let host = context.host,
                let school = try await desk.database.read({ try $0.schools.find(host: host) })
            else { throw Problem(.notFound) }
            return Self.asset(SchoolStyle.text(school.color), "text/css; charset=utf-8")
        }
        let pages = router.group().add(middleware: PageErrors(desk: desk))
        SignInPages(desk: desk).add(to: pages)
        ConsentPages(desk: desk).add(to: pages)
        AppPages(desk: desk).add(to: pages)
        ComposePages(desk: desk).add(to: pages)
        DraftPages(desk: desk).add(to: pages)
        SavedPages(desk: desk).add(to: pages)
        ListPages(desk: desk).add(to: pages)
        FilterPages(desk: desk).add(to: pages)
        PersonalActions(desk: desk).add(to: pages)
        WritingPages(desk: desk).add(to: pages)
        SearchPage(desk: desk).add(to: pages)
        DeliveryPages(desk: desk).add(to: pages)
        HashtagPage(desk: desk).add(to: pages)
        ReportPages(desk: desk).add(to: pages)
        MovePages(desk: desk).add(to: pages)
        let admin = AdminDesk(desk: desk)
        AccountAdminPages(admin: admin).add(to: pages)
        PartnerPages(admin: admin).add(to: pages)
        PartnerPage(admin: admin).add(to: pages)
        QueuePages(admin: admin).add(to: pages)
        AuditPages(admin: admin).add(to: pages)
        SchoolPages(admin: admin).add(to: pages)
        AboutPage(desk: desk).add(to: pages)
        CasePages(desk: desk).add(to: pages)
        QuotePages(desk: desk).add(to: pages)
        SettingsPages(desk: desk).add(to: pages)
        ArchivePages(desk: desk).add(to: pages)
        ReadingPages(desk: desk).add(to: pages)
    }

    private static func asset(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    private static let avatar = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#0b5c8a"/>\
        <circle cx="32" cy="25" r="11" fill="#fbfaf7"/><path d="M10 60c2-15 11-21 22-21s20 6 22 21z" fill="#fbfaf7"/></svg>
        """
    private static let header = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><rect width="3" height="1" fill="#0b5c8a"/></svg>
        """
}
