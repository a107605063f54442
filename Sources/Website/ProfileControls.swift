import Content
import Domain
import Storage

/// How an account stands to another one.
struct Standing: Sendable {
    let follow: Follow?
    let mute: Mute?
    let blocks: Bool
    /// All lists of the account.
    let lists: [AccountList]
    /// Those that have the other.
    let memberships: [AccountList]

    init(_ account: Account.ID, to other: Account.ID, in db: any SQLConnection) throws {
        follow = try db.follows.find(follower: account, followed: other)
        mute = try db.mutes.find(of: other, by: account)
        blocks = try db.blocks.find(blocker: account, blocked: other) != nil
        lists = try db.accountLists.all(of: account)
        memberships = try db.accountLists.all(of: account, with: other)
    }
}

/// Writes what a reader can do about somebody: follow, put in a list, mute, block, report.
struct ProfileControls {
    /// For how long somebody can be muted, in seconds.
    private static let lengths = [
        ("", "until I unmute them"), ("3600", "for an hour"), ("86400", "for a day"),
        ("604800", "for a week"), ("2592000", "for 30 days"),
    ]

    let page: PostHTML
    let account: Account
    let standing: Standing
    let hasMoved: Bool

    init(_ page: PostHTML, _ account: Account, _ standing: Standing, hasMoved: Bool) {
        self.page = page
        self.account = account
        self.standing = standing
        self.hasMoved = hasMoved
    }

    private var path: String { "/people/\(account.id)" }

    var html: String {
        "<div class=\"actions\">\(follow)\(unblock)\(unmute)</div>" + """
            <details class="more"><summary>Lists, muting, blocking</summary>\(lists)\(mute)\(block)
            <p><a href="\(path)/report">Report</a></p></details>
            """
    }

    private var follow: String {
        switch standing.follow?.state {
        case nil: hasMoved || standing.blocks ? "" : page.button("\(path)/follow", "Follow")
        case .pending: "<span>Asked to follow.</span>" + page.button("\(path)/unfollow", "Take it back")
        case .accepted: page.button("\(path)/unfollow", "Unfollow")
        }
    }

    private var unblock: String {
        standing.blocks
            ? "<span>You block this account.</span>" + page.button("\(path)/unblock", "Unblock") : ""
    }

    private var unmute: String {
        guard let mute = standing.mute else { return "" }
        return "<span>\(MuteHTML.state(mute, at: page.visit.school))</span>"
            + page.button("\(path)/unmute", "Unmute")
    }

    /// Whoever is followed can be put in lists.
    private var lists: String {
        var html = standing.memberships.map { list in
            """
            <form method="post" action="\(path)/unlist">\(Page.csrf(page.visit))
            <input type="hidden" name="list" value="\(list.id)"><span>In the list <bdi>\(HTMLEscape.text(list.title))</bdi></span>
            <button>Take out</button></form>
            """
        }.joined()
        let others = standing.lists.filter { !standing.memberships.contains($0) }
        if standing.follow?.state == .accepted, !others.isEmpty {
            html += """
                <form method="post" action="\(path)/list">\(Page.csrf(page.visit))<label for="list">Add to a list</label>
                \(ComposeForm.select("list", others.map { ($0.id.description, $0.title) }, ""))
                <button>Add</button></form>
                """
        }
        return html
    }

    private var mute: String {
        if standing.mute != nil { return "" }
        return """
            <form method="post" action="\(path)/mute">\(Page.csrf(page.visit))<label for="length">Mute</label>
            \(ComposeForm.select("length", Self.lengths, ""))
            \(ComposeForm.checkbox("notices", "Hide their notifications too", true))
            <button>Mute</button></form>
            """
    }

    private var block: String {
        if standing.blocks { return "" }
        return """
            <form method="post" action="\(path)/block">\(Page.csrf(page.visit))
            <p class="hint">A block ends follows both ways, and neither of you sees the other's posts.</p>
            <button>Block</button></form>
            """
    }
}

/// Words about mutes.
enum MuteHTML {
    static func state(_ mute: Mute, at school: School) -> String {
        let end = mute.expiresAt.map { "Muted until \(PostHTML.time($0, at: school))" } ?? "Muted"
        return end + (mute.hidesNotices ? ", with notifications." : ", without notifications.")
    }
}
