import Content
import Domain
import Storage
import Vocabulary

/// Public posts as feed readers take them.
///
/// Spec: RSS 2.0; RFC 4287 (Atom).
struct Feed: Sendable {
    enum Form: String, CaseIterable, Sendable {
        case rss
        case atom

        var mediaType: String {
            switch self {
            case .rss: "application/rss+xml; charset=utf-8"
            case .atom: "application/atom+xml; charset=utf-8"
            }
        }
    }

    let title: String
    /// What the feed is about, in a sentence.
    let about: String
    /// The page for people.
    let page: String
    /// Where the feed itself is, without its ending.
    let address: String
    let posts: [PresentedPost]

    func text(_ form: Form) -> String {
        switch form {
        case .rss: rss
        case .atom: atom
        }
    }

    private var rss: String {
        let items = posts.map { shown in
            let post = shown.post
            return """
                <item>
                <guid isPermaLink="false">\(XMLText.escaped(post.uri.description))</guid>
                <link>\(XMLText.escaped(link(post)))</link>
                <title>\(XMLText.escaped(heading(post)))</title>
                <pubDate>\(FeedDate.rfc822(post.publishedAt))</pubDate>
                <description>\(XMLText.escaped(content(post)))</description>
                \(post.body.hashtags.map { "<category>\(XMLText.escaped($0))</category>\n" }.joined())</item>

                """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
            <channel>
            <title>\(XMLText.escaped(title))</title>
            <link>\(XMLText.escaped(page))</link>
            <atom:link rel="self" type="application/rss+xml" href="\(XMLText.escaped(address)).rss"/>
            <description>\(XMLText.escaped(about))</description>
            \(items.joined())</channel>
            </rss>

            """
    }

    private var atom: String {
        let entries = posts.map { shown in
            let post = shown.post
            return """
                <entry>
                <id>\(XMLText.escaped(post.uri.description))</id>
                <link rel="alternate" type="text/html" href="\(XMLText.escaped(link(post)))"/>
                <title>\(XMLText.escaped(heading(post)))</title>
                <author><name>\(XMLText.escaped(shown.author.shownName))</name></author>
                <published>\(WireDate.format(post.publishedAt.milliseconds))</published>
                <updated>\(WireDate.format(updated(post).milliseconds))</updated>
                <content type="html">\(XMLText.escaped(content(post)))</content>
                \(post.body.hashtags.map { "<category term=\"\(XMLText.escaped($0))\"/>\n" }.joined())</entry>

                """
        }
        let newest = posts.map { updated($0.post) }.max() ?? Timestamp(milliseconds: 0)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <id>\(XMLText.escaped(address)).atom</id>
            <title>\(XMLText.escaped(title))</title>
            <subtitle>\(XMLText.escaped(about))</subtitle>
            <link rel="alternate" type="text/html" href="\(XMLText.escaped(page))"/>
            <link rel="self" type="application/atom+xml" href="\(XMLText.escaped(address)).atom"/>
            <updated>\(WireDate.format(newest.milliseconds))</updated>
            \(entries.joined())</feed>

            """
    }

    private func updated(_ post: Post) -> Timestamp { post.editedAt ?? post.publishedAt }

    private func link(_ post: Post) -> String { (post.page ?? post.uri).description }

    /// The title, the warning, or the beginning of the text.
    private func heading(_ post: Post) -> String {
        if !post.body.title.isEmpty { return post.body.title }
        let text = post.warning.isEmpty ? post.body.text : post.warning
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.isEmpty ? "A post" : PlainText.limit(line, characters: 80)
    }

    /// What it says; what stands behind a warning is not spread by a feed.
    private func content(_ post: Post) -> String {
        if post.body.isSensitive {
            return "<p>\(HTMLEscape.text(post.warning.isEmpty ? "Sensitive content" : post.warning))</p>"
        }
        if !post.warning.isEmpty { return "<p>\(HTMLEscape.text(post.warning))</p>" }
        let abstract = post.abstract.isEmpty ? "" : "<p><em>\(HTMLEscape.text(post.abstract))</em></p>"
        return abstract + post.body.html
    }
}

/// Text inside of XML 1.0, which has no control characters, however they are written.
enum XMLText {
    static func escaped(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: clean.append(scalar)
            default: break
            }
        }
        return HTMLEscape.attribute(String(clean))
    }
}

/// Dates of RSS.
///
/// Spec: RFC 822, section 5, with four digits for the year.
enum FeedDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func rfc822(_ time: Timestamp) -> String {
        let text = Array(WireDate.format(time.milliseconds))
        // 1970-01-01 was a Thursday.
        let weekday = Int((CalendarDay(of: time).number % 7 + 11) % 7)
        let month = Int(String(text[5...6])).map { months[($0 - 1) % 12] } ?? ""
        return
            "\(days[weekday]), \(String(text[8...9])) \(month) \(String(text[..<4])) \(String(text[11...18])) +0000"
    }
}
