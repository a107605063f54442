/// Writes the pieces of a typed text as HTML.
struct PostTextWriter {
    /// Who the mentions are, filled in before writing.
    var targets: [MentionName: PostText.MentionTarget] = [:]
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

    mutating func write(_ piece: PostTextPiece, tagPage: (Hashtag) -> String?) {
        switch piece {
        case .text(let text): html += HTMLEscape.text(text)
        case .lineBreak: html += "<br>"
        case .paragraphBreak: html += "</p><p>"
        case .link(let typed, let link): writeLink(typed, link)
        case .hashtag(let tag): writeHashtag(tag, page: tagPage)
        case .mention(let typed, let name):
            guard linkedMentions < PostText.maximumLinks, let target = targets[name] else {
                html += HTMLEscape.text(typed)
                return
            }
            linkedMentions += 1
            html +=
                "<span class=\"h-card\"><a href=\"\(HTMLEscape.attribute(target.href))\" class=\"u-url mention\">"
            html += "@<span>\(HTMLEscape.text(target.display))</span></a></span>"
        }
    }

    /// Ends the text.
    ///
    /// What a local author wrote takes the way of everybody's HTML, so that nothing but the
    /// sanitiser makes ``SanitizedHTML``; the limits are such that nothing is cut.
    func finished() -> SanitizedHTML {
        guard html.utf8.count > "<p>".utf8.count else { return SanitizedHTML(html: "", isShortened: false) }
        // Links grow by their `rel`, at most 300 of them.
        let limits = HTMLLimits(maximumBytes: 2 * html.utf8.count + 200_000, maximumTags: html.utf8.count)
        return HTMLSanitizer.sanitize(html + "</p>", limits: limits)
    }

    private mutating func writeLink(_ typed: String, _ link: WebLink) {
        guard linkedAddresses < PostText.maximumLinks else {
            html += HTMLEscape.text(typed)
            return
        }
        linkedAddresses += 1
        if seenLinks.insert(link.href).inserted { links.append(link.href) }
        html += "<a href=\"\(HTMLEscape.attribute(link.href))\">" + Self.shown(typed) + "</a>"
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

    private mutating func writeHashtag(_ tag: Hashtag, page: (Hashtag) -> String?) {
        if seenTags.insert(tag).inserted { hashtags.append(tag) }
        guard linkedTags < PostText.maximumLinks, let href = page(tag).flatMap({ WebLink($0.utf8) })?.href
        else {
            html += HTMLEscape.text("#" + tag.display)
            return
        }
        linkedTags += 1
        html += "<a href=\"\(HTMLEscape.attribute(href))\" class=\"mention hashtag\" rel=\"tag\">"
        html += "#<span>\(HTMLEscape.text(tag.display))</span></a>"
    }
}
