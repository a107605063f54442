public import Access
public import Archives
public import Domain
import HTTPTypes
import Hummingbird
public import Media
public import Outbox
public import Peers
public import Server
public import Storage

/// What the pages share: who is looking, and what they work with.
public struct WebDesk: Sendable {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let publisher: Publisher
    let media: MediaLibrary
    let archives: ArchiveDesk
    let sessions: Sessions
    let signIns: SignInLimiter?
    let doctor: (any PartnerDoctor)?
    let ids: IDGenerator
    let clock: any WallClock

    /// Puts the desk together; without a limiter passwords may be tried without end,
    /// without a doctor nobody is offered to have the way to a server looked into.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        publisher: Publisher,
        media: MediaLibrary,
        archives: ArchiveDesk,
        sessions: Sessions,
        signIns: SignInLimiter?,
        doctor: (any PartnerDoctor)? = nil,
        ids: IDGenerator,
        clock: any WallClock = SystemClock()
    ) {
        self.database = database
        self.directory = directory
        self.publisher = publisher
        self.media = media
        self.archives = archives
        self.sessions = sessions
        self.signIns = signIns
        self.doctor = doctor
        self.ids = ids
        self.clock = clock
    }

    var apps: ClientApps { ClientApps(database: database, ids: ids, clock: clock) }
    var permissions: Permissions { Permissions(database: database, ids: ids, clock: clock) }

    /// Who is looking at which school's pages.
    ///
    /// - Throws: `Problem` with status 404 for a host that is no school.
    func visit(_ request: Request, _ context: ServerContext) async throws -> Visit {
        guard let host = context.host,
            let school = try await database.read({ try $0.schools.find(host: host) })
        else { throw Problem(.notFound) }
        guard let token = SessionCookie(school).read(request) else {
            return Visit(school: school, person: nil)
        }
        return Visit(school: school, person: try await sessions.find(token, at: host))
    }

    /// The signed-in person who sends a form, and its fields; the limit is in bytes.
    ///
    /// - Throws: `Problem`: 403 when nobody is signed in or the form is not from one of our own pages.
    func form(_ request: Request, _ context: ServerContext, limit: Int = 1 << 17) async throws -> (
        Sessions.SignedIn, School, FormFields
    ) {
        let visit = try await visit(request, context)
        let fields = try await FormFields.read(request, limit: limit, context)
        guard let person = visit.person, fields["csrf"] == person.csrfToken else {
            throw Problem(.forbidden, detail: "Sign in again and repeat it.")
        }
        return (person, visit.school, fields)
    }
}

extension WebDesk {
    /// The signed-in person who sends a form that may have a picture, its fields, and the picture with its description.
    ///
    /// - Throws: as `form` does; `MediaError`.
    func formWithFile(_ request: Request, _ context: ServerContext) async throws -> (
        Sessions.SignedIn, fields: [String: String], Upload?
    ) {
        guard MultipartForm.isBody(of: request) else {
            let (person, _, fields) = try await form(request, context, limit: 1 << 20)
            return (person, Dictionary(fields.all.map { ($0.name, $0.value) }) { $1 }, nil)
        }
        // Nothing is read for a stranger.
        guard let person = try await visit(request, context).person else {
            throw Problem(.forbidden, detail: "Sign in again and repeat it.")
        }
        return try await media.receive(for: person.account.id) { file in
            let form = try await MultipartForm.read(request, limit: media.limits.bytes + (1 << 19)) {
                name,
                bytes in
                if name == "picture" { try await file.write(bytes) }
            }
            guard form["csrf"] == person.csrfToken else {
                throw Problem(.forbidden, detail: "Sign in again and repeat it.")
            }
            let fields = Dictionary(form.fields.map { ($0.name, $0.value) }) { $1 }
            guard file.count > 0 else { return (person, fields, nil) }
            let text = form["picture-text"] ?? ""
            return (person, fields, try await media.add(file, for: person.account.id, description: text))
        }
    }
}

/// One request's visitor.
struct Visit: Sendable {
    let school: School
    let person: Sessions.SignedIn?

    var viewer: Viewer {
        person.map { .account($0.account.id, school: school.id) } ?? .anonymous
    }
}

/// The cookie that carries a session.
struct SessionCookie {
    let name: String
    let isSecure: Bool

    /// Over https the name itself forbids that another host or path sets it.
    init(_ school: School) {
        isSecure = school.origin.scheme == .https
        name = isSecure ? "__Host-staffroom" : "staffroom"
    }

    func read(_ request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    func set(_ token: String) -> String { field(token, Sessions.lifetime.milliseconds / 1_000) }

    var clear: String { field("", 0) }

    private func field(_ value: String, _ seconds: Int64) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
