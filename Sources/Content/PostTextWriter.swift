/// Writes the pieces of a typed text as HTML.
struct PostTextWriter {
    /// Who the mentions are.
    private(set) var targets: [MentionName: PostText.MentionTarget] = [:]
    private(set) var hashtags: [Hashtag] = []
    private(set) var links: [String] = []

    private var html = "<p>"
    private var linkedTags = 0
    private var linkedAddresses = 0
    private var linkedMentions = 0
    private var seenTags: Set<Hashtag> = []
    private var seenLinks: Set<String> = []

    /// How much of a long address is shown; its whole host always is.
    private static let shownAddressLength = 40

    /// Asks once who each of the names is.
    init(mentioning names: [MentionName], _ mention: (MentionName) -> PostText.MentionTarget?) {
        for name in names {
            guard let target = mention(name), WebLink(target.href.utf8) != nil else { continue }
            targets[name] = target
        }
    }

    mutating func write(_ piece: PostTextPiece, tagPage: (Hashtag) -> String?) {
        html += markup(of: piece, tagPage: tagPage)
    }

    /// The HTML of a piece; counts what it links to.
    mutating func markup(of piece: PostTextPiece, tagPage: (Hashtag) -> String?) -> String {
        switch piece {
        case .text(let text): HTMLEscape.text(text)
        case .lineBreak: "<br>"
        case .paragraphBreak: "</p><p>"
        case .link(let typed, let link): markup(of: link, typed)
        case .hashtag(let tag): markup(of: tag, page: tagPage)
        case .mention(let typed, let name): markup(of: name, typed)
        }
    }

    private mutating func markup(of name: MentionName, _ typed: String) -> String {
        guard linkedMentions < PostText.maximumLinks, let target = targets[name] else {
            return HTMLEscape.text(typed)
        }
        linkedMentions += 1
        return
            "<span class=\"h-card\"><a href=\"\(HTMLEscape.attribute(target.href))\" class=\"u-url mention\">"
            + "@<span>\(HTMLEscape.text(target.display))</span></a></span>"
    }

    /// Ends the text.
    ///
    /// What a local author wrote takes the way of everybody's HTML, so that nothing but the
    /// sanitiser makes ``SanitizedHTML``; the limits are such that nothing is cut.
    func finished() -> SanitizedHTML {
        guard html.utf8.count > "<p>".utf8.count else { return SanitizedHTML(html: "", isShortened: false) }
        return Self.sanitized(html + "</p>")
    }

    /// The way of everybody's HTML, with limits that cut nothing of what a local author may write.
    static func sanitized(_ html: String) -> SanitizedHTML {
        // Links grow by their `rel`, at most 300 of them.
        let limits = HTMLLimits(maximumBytes: 2 * html.utf8.count + 200_000, maximumTags: html.utf8.count)
        return HTMLSanitizer.sanitize(html, limits: limits)
    }

    private mutating func markup(of link: WebLink, _ typed: String) -> String {
        guard linkedAddresses < PostText.maximumLinks else { return HTMLEscape.text(typed) }
        linkedAddresses += 1
        note(link)
        return "<a href=\"\(HTMLEscape.attribute(link.href))\">" + Self.shown(typed) + "</a>"
    }

    /// Counts an address that is linked to.
    mutating func note(_ link: WebLink) {
        if seenLinks.insert(link.href).inserted { links.append(link.href) }
    }

    /// The address without its scheme, and without the tail of a long path.
    private static func shown(_ typed: String) -> String {
        guard let slashes = typed.firstRange(of: "://") else { return HTMLEscape.text(typed) }
        let scheme = typed[..<slashes.upperBound]
        let rest = typed[slashes.upperBound...]
        var out = "<span class=\"invisible\">\(HTMLEscape.text(String(scheme)))</span>"
        guard rest.count > shownAddressLength else { return out + HTMLEscape.text(String(rest)) }
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let shown = rest.prefix(max(host.count, shownAddressLength))
        out += "<span class=\"ellipsis\">\(HTMLEscape.text(String(shown)))</span>"
        return out + "<span class=\"invisible\">\(HTMLEscape.text(String(rest[shown.endIndex...])))</span>"
    }

    private mutating func markup(of tag: Hashtag, page: (Hashtag) -> String?) -> String {
        if seenTags.insert(tag).inserted { hashtags.append(tag) }
        guard linkedTags < PostText.maximumLinks, let href = page(tag).flatMap({ WebLink($0.utf8) })?.href
        else { return HTMLEscape.text("#" + tag.display) }
        linkedTags += 1
        return "<a href=\"\(HTMLEscape.attribute(href))\" class=\"mention hashtag\" rel=\"tag\">"
            + "#<span>\(HTMLEscape.text(tag.display))</span></a>"
    }
}
