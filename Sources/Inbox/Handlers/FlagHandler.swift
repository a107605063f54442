import Content
import Domain
import Storage
import Vocabulary

/// Flag: another server reports accounts or posts of ours.
///
/// Spec: Activity Vocabulary section 3.1; ActivityPub says nothing of it.
///
/// Mastodon names one account and its posts by id, and so does Misskey with the account alone; Pleroma embeds the posts;
/// Lemmy names one post. Each account of ours that is named, or whose post is, gets a case at its own school. Of the
/// posts only those are noted that the reporter may see: a report is no way to learn of others, or to show them around.
struct FlagHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        var seen: Set<URI> = []
        let objects = incoming.activity.objects.compactMap { try? URI($0) }.filter {
            seen.insert($0).inserted
        }
        guard !objects.isEmpty else { return { _ in .ignored("no object") } }
        let text = incoming.activity.content ?? incoming.activity.summary ?? ""
        let comment = PlainText.clean(text, characters: Report.longestForeignComment, isOneLine: false)
        return { application in try apply(application, objects, comment) }
    }

    private func apply(_ application: Application, _ objects: [URI], _ comment: String) throws -> Handled {
        let db = application.db
        let (sender, now) = (application.incoming.sender, application.now)
        let named = try self.named(objects, application)
        guard !named.isEmpty else { return .ignored("about nobody here") }
        let byAccount = try db.reports.count(by: sender.id, since: now - .hours(1))
        guard byAccount < ReportLimits.byAccountAnHour else { return .ignored("too many reports") }
        let byHost = try db.reports.count(from: sender.host, since: now - .days(1))
        guard byHost < ReportLimits.byHostADay else { return .ignored("too many reports of the server") }
        var isNew = false
        for (account, posts) in named.prefix(ReportLimits.accountsOfOne) {
            guard let school = account.school else { continue }
            let report = Report(
                id: application.ids.next(),
                school: school,
                reporter: sender.id,
                host: sender.host,
                uri: application.incoming.received.uri,
                reported: account.id,
                comment: comment,
                createdAt: now
            )
            if try db.reports.insert(report, posts: posts) { isNew = true }
        }
        return isNew ? .applied : .ignored("known already")
    }

    /// The accounts of ours that the objects are or belong to, in order, each with the posts to note.
    private func named(_ objects: [URI], _ application: Application) throws -> [(Account, [Post.ID])] {
        let db = application.db
        var named: [Account.ID: (Account, [Post.ID])] = [:]
        for uri in objects {
            if let account = try application.reachable(uri), account.kind != .application {
                named[account.id] = named[account.id] ?? (account, [])
            } else if let post = try db.posts.find(uri: uri), let author = try db.accounts.find(post.author),
                let account = try application.reachable(author.uri), try maySee(post, application)
            {
                let known = named[account.id] ?? (account, [])
                guard known.1.count < Report.mostPosts else { continue }
                named[account.id] = (account, known.1 + [post.id])
            }
        }
        return named.values.sorted { $0.0.id < $1.0.id }
    }

    /// Whether the reporter may see a post of ours: its server must, and a person also for themselves.
    ///
    /// A server's own actor, as Mastodon reports with, stands for somebody there: only that server knows for whom.
    private func maySee(_ post: Post, _ application: Application) throws -> Bool {
        let (db, sender) = (application.db, application.incoming.sender)
        guard try db.sights.canSee(.server(sender.host), post) else { return false }
        if sender.kind == .application || post.audience.isForEverybody { return true }
        if try db.posts.addressees(of: post.id).contains(sender.id) { return true }
        guard post.audience == .followers || post.audience == .partners else { return false }
        return try db.follows.find(follower: sender.id, followed: post.author)?.state == .accepted
    }
}
