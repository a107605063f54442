internal import CMarkdown

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A parsed Markdown text, with what our posts do not have taken out.
///
/// Raw HTML becomes the text that it is, an image a link to it with its description.
final class MarkdownDocument {
    private let root: OpaquePointer

    /// Parses a text; nil when cmark gives up on it.
    init?(_ text: String) {
        var text = text
        let root = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                // Of an empty text there is no address.
                bytes.baseAddress.flatMap { cmarkdown_parse($0, bytes.count) } ?? cmarkdown_parse("", 0)
            }
        }
        guard let root else { return nil }
        self.root = root
        for node in nodes(CMARK_NODE_HTML_BLOCK) { replace(node, with: CMARK_NODE_PARAGRAPH) }
        for node in nodes(CMARK_NODE_HTML_INLINE) { replace(node, with: nil) }
        for node in nodes(CMARK_NODE_IMAGE) { makeLink(of: node) }
    }

    deinit { cmark_node_free(root) }

    /// The texts in which mentions, hashtags and addresses may stand: none inside of links or code.
    var texts: [String] { textNodes.map(Self.literal) }

    /// The addresses of its links.
    var addresses: [String] {
        nodes(CMARK_NODE_LINK).compactMap { cmark_node_get_url($0).map { String(cString: $0) } }
    }

    /// Puts markup in the place of each of `texts`; nil leaves it.
    func replaceTexts(_ markup: (String) -> String?) {
        for node in textNodes {
            guard let html = markup(Self.literal(node)), let inline = cmark_node_new(CMARK_NODE_CUSTOM_INLINE)
            else {
                continue
            }
            cmark_node_set_on_enter(inline, html)
            put(inline, inPlaceOf: node)
        }
    }

    /// The document as HTML, still to be sanitised.
    var html: String {
        guard let text = cmarkdown_html(root) else { return "" }
        defer { free(text) }
        return String(cString: text)
    }

    private static func literal(_ node: OpaquePointer) -> String {
        cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    }

    private var textNodes: [OpaquePointer] {
        var links = 0
        var found: [OpaquePointer] = []
        walk { node, isEntered in
            switch cmark_node_get_type(node) {
            case CMARK_NODE_LINK: links += isEntered ? 1 : -1
            case CMARK_NODE_TEXT where links == 0: found.append(node)
            default: break
            }
        }
        return found
    }

    private func nodes(_ type: cmark_node_type) -> [OpaquePointer] {
        var found: [OpaquePointer] = []
        walk { node, isEntered in
            if isEntered, cmark_node_get_type(node) == type { found.append(node) }
        }
        return found
    }

    private func walk(_ body: (OpaquePointer, _ isEntered: Bool) -> Void) {
        guard let iterator = cmark_iter_new(root) else { return }
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return }
            body(node, event == CMARK_EVENT_ENTER)
        }
    }

    /// Puts a node's literal in its place as text, in a block of its own or not.
    private func replace(_ node: OpaquePointer, with block: cmark_node_type?) {
        guard let text = cmark_node_new(CMARK_NODE_TEXT) else { return cmark_node_unlink(node) }
        cmark_node_set_literal(text, Self.literal(node))
        guard let block else { return put(text, inPlaceOf: node) }
        guard let paragraph = cmark_node_new(block) else { return cmark_node_free(text) }
        cmark_node_append_child(paragraph, text)
        put(paragraph, inPlaceOf: node)
    }

    private func makeLink(of image: OpaquePointer) {
        guard let link = cmark_node_new(CMARK_NODE_LINK) else { return }
        cmark_node_set_url(link, cmark_node_get_url(image))
        while let child = cmark_node_first_child(image) { cmark_node_append_child(link, child) }
        put(link, inPlaceOf: image)
    }

    private func put(_ new: OpaquePointer, inPlaceOf old: OpaquePointer) {
        if cmark_node_replace(old, new) == 1 { cmark_node_free(old) } else { cmark_node_free(new) }
    }
}
