internal import CGumbo

/// Turns HTML from a peer, or from a stranger's browser, into HTML that may stand in our pages.
///
/// The text is parsed as a browser parses it and written anew from an allow-list; nothing of the source is
/// copied but text and a few checked attributes. Kept are the elements of ``BlockTag`` and ``InlineTag``
/// and `br`; of attributes, `href` (absolute http and https), `class` (names that ActivityPub servers give
/// a meaning), `start`, `reversed` and `value` of lists. Every link gets
/// `rel="nofollow noopener noreferrer"`. Other elements are dropped and their text kept, except for those
/// whose text is none (`script`, `style`, `svg`, `template`, `noscript`, `iframe`, `object`, ...).
///
/// Work and memory grow with the length of the text, which is limited; see ``HTMLLimits``.
public enum HTMLSanitizer {
    /// Returns what of `html` may be shown.
    ///
    /// Sanitising the result again changes nothing.
    /// Never fails: what passes a limit is cut off, and a text that would make the parser build far more
    /// than was written comes out empty; both set ``SanitizedHTML/isShortened``.
    public static func sanitize(_ html: String, limits: HTMLLimits = .standard) -> SanitizedHTML {
        sanitize(utf8: html.utf8, limits: limits)
    }

    /// Returns what of `utf8` may be shown; bytes that are not UTF-8 become U+FFFD.
    public static func sanitize(
        utf8: some Collection<UInt8>,
        limits: HTMLLimits = .standard
    ) -> SanitizedHTML {
        run(utf8, limits: limits).html
    }

    /// Sanitises and tells how many nodes the walk visited.
    static func run(
        _ utf8: some Collection<UInt8>,
        limits: HTMLLimits
    ) -> (html: SanitizedHTML, nodesVisited: Int) {
        let reduced = HTMLReduction(utf8, limits: limits)
        guard !reduced.bytes.isEmpty else { return (SanitizedHTML(html: "", isShortened: false), 0) }
        let walked = HTMLTree.withRoot(of: reduced.bytes, limits: limits) { root in
            var walk = HTMLWalk(root: root, limits: limits)
            walk.run()
            return walk
        }
        guard let walked else { return (SanitizedHTML(html: "", isShortened: true), 0) }
        let html = SanitizedHTML(
            html: String(decoding: walked.writer.bytes, as: UTF8.self),
            isShortened: reduced.isShortened || walked.writer.isFull
        )
        return (html, walked.nodesVisited)
    }
}

/// One walk over a parsed text, in document order, without recursion.
private struct HTMLWalk {
    private(set) var writer: HTMLWriter
    private(set) var nodesVisited = 0
    private var path: [Step]

    /// An element being walked through: which child comes next, and what its end means.
    private struct Step {
        let node: HTMLTree.Node
        var nextChild = 0
        let end: End
    }

    private enum End {
        case nothing
        case block(serial: Int)
        case inline
        case separator(HTMLWriter.Separator)
    }

    init(root: HTMLTree.Node, limits: HTMLLimits) {
        writer = HTMLWriter(limits: limits)
        path = [Step(node: root, end: .nothing)]
    }

    mutating func run() {
        while let step = path.last, !writer.isFull {
            if let child = HTMLTree.child(step.nextChild, of: step.node) {
                path[path.count - 1].nextChild += 1
                nodesVisited += 1
                enter(child)
            } else {
                path.removeLast()
                leave(step.end)
            }
        }
        writer.finish()
    }

    private mutating func enter(_ node: HTMLTree.Node) {
        if let text = HTMLTree.text(of: node) {
            writer.text(text)
            return
        }
        guard node.pointee.type == GUMBO_NODE_ELEMENT else { return }
        let element = node.pointee.v.element
        switch ElementRole(element) {
        case .hidden: break
        case .lineBreak: writer.lineBreak()
        case .transparent: path.append(Step(node: node, end: .nothing))
        case .separator: push(node, separating: .line)
        case .cell: push(node, separating: .space)
        case .block(let tag):
            let start = BlockElement.startTag(tag) { HTMLTree.attribute($0, of: element) }
            if let serial = writer.open(tag, startTag: start) {
                path.append(Step(node: node, end: .block(serial: serial)))
            } else {
                push(node, separating: .line)
            }
        case .inline(let tag):
            path.append(Step(node: node, end: begin(tag, element) ? .inline : .nothing))
        }
    }

    private mutating func push(_ node: HTMLTree.Node, separating separator: HTMLWriter.Separator) {
        writer.separate(separator)
        path.append(Step(node: node, end: .separator(separator)))
    }

    /// Begins an inline element, unless it may not stand here.
    private mutating func begin(_ tag: InlineTag, _ element: GumboElement) -> Bool {
        if tag == .a, writer.isInsideLink { return false }
        if tag == .rt || tag == .rp, !writer.isDirectlyInRuby { return false }
        let inline = InlineElement(tag, isInsideLink: writer.isInsideLink) {
            HTMLTree.attribute($0, of: element)
        }
        return inline.map { writer.begin($0) } ?? false
    }

    private mutating func leave(_ end: End) {
        switch end {
        case .nothing: break
        case .block(let serial): writer.close(serial: serial)
        case .inline: writer.endInline()
        case .separator(let separator): writer.separate(separator)
        }
    }
}
