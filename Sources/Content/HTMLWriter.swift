/// Writes allowed elements so that every parser reads back just what was meant.
///
/// What comes out follows a grammar narrower than HTML's, in which no parser has to repair anything:
/// `flow` is blocks, inline elements and text; `p`, `pre` and headings hold inline content; `ul` and `ol`
/// hold items; `blockquote` and `li` hold flow; a link holds no link; `rt` and `rp` stand directly in `ruby`.
/// Where the source breaks it, a paragraph ends when a block begins, and inline elements around a block are
/// closed before it and opened again inside. So sanitising twice gives what sanitising once gave.
///
/// Inline elements are opened when there is text to put into them. Each limit counts what closing the open
/// elements will take, so the text ends well-formed wherever it is cut.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether a limit was met; nothing more is written then.
    private(set) var isFull = false

    private let limits: HTMLLimits
    private var tags = 0
    private var blocks: [BlockElement] = []
    private var inlines: [InlineElement] = []
    /// How many of `inlines`, from the outermost, have their start tag written.
    private var openInlines = 0
    private var closingBytes = 0
    private var nextSerial = 0
    /// What the reader sees of the open link's text.
    private var linkText: [UInt8] = []
    /// How things stood before the open link, and the elements opened together with it.
    private var linkStart = (position: 0, openInlines: 0)
    private var separator = Separator.none
    private var hasTextOnLine = false
    private var isAtStartOfPre = false

    /// What a dropped element leaves between the texts around it.
    enum Separator: Int {
        case none, space, line
    }

    init(limits: HTMLLimits) {
        self.limits = limits
    }

    // MARK: Text

    /// Writes text: cleaned of control characters, escaped, cut where the limit is met.
    mutating func text(_ source: [UInt8]) {
        let text = TextFilter.cleaned(source)
        guard !isFull, !text.isEmpty else { return }
        if text.allSatisfy(\.isHTMLSpace) {
            // Between blocks as well as between words; no element is opened for it.
            if blocks.last?.tag.isList != true { write(text[...], opening: []) }
            return
        }
        openImpliedItem()
        writeSeparator()
        write(text[...], opening: inlines[openInlines...])
        hasTextOnLine = true
    }

    mutating func lineBreak() {
        guard blocks.last?.tag.isList != true, reserve("<br>".utf8.count, tags: 1) else { return }
        bytes.append(contentsOf: "<br>".utf8)
        isAtStartOfPre = false
        hasTextOnLine = false
        separator = .none
        if openInlines > 0 { linkText.append(0x20) }
    }

    /// Keeps the texts before and after apart.
    mutating func separate(_ kind: Separator) {
        if kind.rawValue > separator.rawValue { separator = kind }
    }

    // MARK: Inline elements

    /// Whether text written now is inside a link.
    var isInsideLink: Bool { inlines.contains { $0.link != nil } }

    /// Whether `rt` and `rp` may stand here.
    var isDirectlyInRuby: Bool { inlines.last?.tag == .ruby }

    /// Puts an inline element around what follows; false when it is nested too deep, and is dropped.
    mutating func begin(_ element: InlineElement) -> Bool {
        guard inlines.count < limits.maximumDepth else { return false }
        inlines.append(element)
        return true
    }

    /// Ends the inline element that began last.
    mutating func endInline() {
        if openInlines == inlines.count { closeInlines(downTo: inlines.count - 1) }
        inlines.removeLast()
    }

    // MARK: Blocks

    /// Opens a block and returns its serial; `nil` when it is nested too deep, and is dropped.
    mutating func open(_ tag: BlockTag, startTag: [UInt8]) -> Int? {
        guard !isFull else { return nil }
        closeInlines(downTo: 0)
        startLine()
        while let last = blocks.last, !last.tag.holdsBlocks { closeBlock() }
        if tag == .li {
            if blocks.last?.isImplied == true { closeBlock() }
            if blocks.last?.tag.isList != true { return open(.p, startTag: Array("<p>".utf8)) }
        } else {
            openImpliedItem()
        }
        // A list needs a level for its items.
        guard blocks.count + (tag.isList ? 2 : 1) <= limits.maximumDepth else { return nil }
        return push(tag, startTag: startTag, isImplied: false)
    }

    /// Closes the block of this serial, and what is open inside; nothing when it was closed already.
    mutating func close(serial: Int) {
        guard let index = blocks.lastIndex(where: { $0.serial == serial }) else { return }
        closeInlines(downTo: 0)
        while blocks.count > index { closeBlock() }
        startLine()
    }

    /// Closes whatever is open.
    mutating func finish() {
        closeInlines(downTo: 0)
        while !blocks.isEmpty { closeBlock() }
    }

    // MARK: Private parts

    private mutating func push(_ tag: BlockTag, startTag: [UInt8], isImplied: Bool) -> Int? {
        let element = BlockElement(tag: tag, serial: nextSerial, isImplied: isImplied)
        guard reserve(startTag.count + element.endTag.count, tags: 2) else { return nil }
        nextSerial += 1
        bytes.append(contentsOf: startTag)
        closingBytes += element.endTag.count
        blocks.append(element)
        isAtStartOfPre = tag == .pre
        startLine()
        return element.serial
    }

    private mutating func closeBlock() {
        guard let block = blocks.popLast() else { return }
        bytes.append(contentsOf: block.endTag)
        closingBytes -= block.endTag.count
        isAtStartOfPre = false
    }

    private mutating func openImpliedItem() {
        guard let last = blocks.last, last.tag.isList else { return }
        _ = push(.li, startTag: Array("<li>".utf8), isImplied: true)
    }

    private mutating func openInline(_ element: InlineElement) {
        if element.link != nil { linkText = [] }
        bytes.append(contentsOf: element.startTag)
        closingBytes += element.endTag.count
        tags += 2
        openInlines += 1
        isAtStartOfPre = false
    }

    private mutating func closeInlines(downTo count: Int) {
        while openInlines > count {
            openInlines -= 1
            let element = inlines[openInlines]
            closingBytes -= element.endTag.count
            if let link = element.link, LinkText.hidesHost(of: link, visible: linkText) {
                let space = linkText.last.map(\.isHTMLSpace) == false ? " " : ""
                let suffix = Array((space + LinkText.suffix(for: link)).utf8)
                guard bytes.count + suffix.count + element.endTag.count + closingBytes <= limits.maximumBytes
                else {
                    // No room to say where it goes: then it is not shown, nor what was opened just for it.
                    bytes.removeSubrange(linkStart.position...)
                    while openInlines > linkStart.openInlines {
                        openInlines -= 1
                        closingBytes -= inlines[openInlines].endTag.count
                    }
                    isFull = true
                    continue
                }
                bytes.append(contentsOf: suffix)
            }
            bytes.append(contentsOf: element.endTag)
        }
    }

    private mutating func startLine() {
        separator = .none
        hasTextOnLine = false
    }

    private mutating func writeSeparator() {
        defer { separator = .none }
        guard hasTextOnLine, let last = bytes.last else { return }
        switch separator {
        case .none: break
        case .space: if !last.isHTMLSpace { write([0x20], opening: []) }
        case .line: lineBreak()
        }
    }

    /// Writes cleaned text, escaped, inside the elements given; whole characters only, and nothing at all
    /// when only white space would fit.
    private mutating func write(_ text: ArraySlice<UInt8>, opening elements: ArraySlice<InlineElement>) {
        guard !isFull else { return }
        // A parser drops the first line feed of a `pre`.
        let lineFeed = isAtStartOfPre && elements.isEmpty && text.first == 0x0A ? 1 : 0
        let markup = elements.reduce(lineFeed) { $0 + $1.startTag.count + $1.endTag.count }
        let room = limits.maximumBytes - closingBytes - bytes.count - markup
        var kept = text
        if Self.escapedLength(text) > room || tags + 2 * elements.count > limits.maximumTags {
            isFull = true
            kept =
                tags + 2 * elements.count > limits.maximumTags ? [] : Self.prefix(of: text, escapedTo: room)
            if kept.allSatisfy(\.isHTMLSpace) { return }
        }
        if elements.contains(where: { $0.link != nil }) { linkStart = (bytes.count, openInlines) }
        for element in elements { openInline(element) }
        if lineFeed == 1 { bytes.append(0x0A) }
        isAtStartOfPre = false
        HTMLEscape.append(kept, to: &bytes, quoting: false)
        let open = inlines.prefix(openInlines)
        if open.contains(where: { $0.link != nil }), !open.contains(where: \.isInvisible) {
            linkText.append(contentsOf: kept)
        }
    }

    private static func escapedLength(_ text: some Sequence<UInt8>) -> Int {
        text.reduce(0) { $0 + escapedLength($1) }
    }

    private static func escapedLength(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "&"): 5
        case UInt8(ascii: "<"), UInt8(ascii: ">"): 4
        default: 1
        }
    }

    private static func prefix(of text: ArraySlice<UInt8>, escapedTo room: Int) -> ArraySlice<UInt8> {
        var length = 0
        var end = text.startIndex
        while end < text.endIndex, length + escapedLength(text[end]) <= room {
            length += escapedLength(text[end])
            end += 1
        }
        // Back to the start of the character that does not fit.
        while end > text.startIndex, end < text.endIndex, text[end] & 0xC0 == 0x80 { end -= 1 }
        return text[..<end]
    }

    private mutating func reserve(_ count: Int, tags more: Int) -> Bool {
        guard !isFull else { return false }
        guard bytes.count + closingBytes + count <= limits.maximumBytes, tags + more <= limits.maximumTags
        else {
            isFull = true
            return false
        }
        tags += more
        return true
    }
}
