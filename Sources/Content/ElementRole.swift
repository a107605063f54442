internal import CGumbo

/// What becomes of an element: the allow-list.
enum ElementRole {
    case block(BlockTag)
    case inline(InlineTag)
    case lineBreak
    /// Dropped, with its content.
    case hidden
    /// Dropped; the text around it goes on lines of its own.
    case separator
    /// Dropped; a space keeps its text from the text before.
    case cell
    /// Dropped; its content stays.
    case transparent

    /// Judges an element of the tree that ``HTMLReduction`` leaves.
    init(_ element: GumboElement) {
        guard element.tag_namespace == GUMBO_NAMESPACE_HTML else {
            self = .hidden
            return
        }
        if let role = Self.table[element.tag.rawValue] {
            self = role
        } else {
            self = HTMLTree.isTableCell(element) ? .cell : .transparent
        }
    }

    private static let table: [GumboTag.RawValue: ElementRole] = {
        var table: [GumboTag.RawValue: ElementRole] = [:]
        for block in BlockTag.allCases { table[gumbo_tag_enum(block.rawValue).rawValue] = .block(block) }
        for inline in InlineTag.allCases { table[gumbo_tag_enum(inline.rawValue).rawValue] = .inline(inline) }
        for tag in [GUMBO_TAG_DIV, GUMBO_TAG_HR] { table[tag.rawValue] = .separator }
        for tag in [
            GUMBO_TAG_NAV, GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_IFRAME, GUMBO_TAG_NOEMBED,
            GUMBO_TAG_NOFRAMES, GUMBO_TAG_TITLE,
        ] { table[tag.rawValue] = .hidden }
        table[GUMBO_TAG_BR.rawValue] = .lineBreak
        return table
    }()
}

/// The block elements that are shown.
enum BlockTag: String, CaseIterable {
    case p, pre, blockquote, ul, ol, li, h1, h2, h3, h4, h5, h6

    var isList: Bool { self == .ul || self == .ol }

    /// Whether blocks may stand inside; the others end where a block begins, as HTML parses `<p>`.
    var holdsBlocks: Bool { isList || self == .blockquote || self == .li }
}

/// The inline elements that are shown.
enum InlineTag: String, CaseIterable {
    case a, span, del, s, code, b, strong, u, i, em, ruby, rt, rp
}
