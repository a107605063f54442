internal import CGumbo

/// What a web page says of itself in its head: its title, what it is about, its picture.
///
/// Spec: the Open Graph protocol; HTML, `title` and `meta`. Twitter's names stand in for those. Nothing of the page's own
/// markup is taken: what comes out is plain text of one line, and addresses as they were written.
public struct PageHead: Sendable, Hashable {
    /// How much of a page is looked at, in bytes.
    public static let longestHead = 256 << 10
    private static let limits = HTMLLimits(maximumBytes: longestHead, maximumTags: 8_000, maximumDepth: 64)
    private static let maximumNodes = 16_000
    private static let longestTitle = 300
    private static let longestText = 500
    private static let longestName = 100

    /// Its title; empty if it says none.
    public let title: String
    /// What it is about; empty if it does not say.
    public let summary: String
    /// The name of its site.
    public let site: String
    /// Who wrote it.
    public let author: String
    /// The address of the picture that stands for it, as it was written.
    public let image: String?
    /// What the picture shows.
    public let imageText: String

    /// Reads a page; `charset`: what its header field says of its characters.
    public init(_ page: [UInt8], charset: String? = nil) {
        let head = Self.decoded(Array(page.prefix(Self.longestHead)), charset)
        var found: [String: String] = [:]
        _ = HTMLTree.withRoot(of: head, limits: Self.limits) { root in
            var (open, visited) = ([root], 0)
            while let node = open.popLast(), visited < Self.maximumNodes {
                visited += 1
                Self.read(node, into: &found)
                var (index, children) = (0, [HTMLTree.Node]())
                while let child = HTMLTree.child(index, of: node) {
                    children.append(child)
                    index += 1
                }
                open += children.reversed()
            }
        }
        func first(_ names: String..., characters: Int) -> String {
            for name in names {
                let text = PlainText.clean(found[name] ?? "", characters: characters)
                if !text.isEmpty { return text }
            }
            return ""
        }
        title = first("og:title", "twitter:title", "title", characters: Self.longestTitle)
        summary = first("og:description", "twitter:description", "description", characters: Self.longestText)
        site = first("og:site_name", "application-name", characters: Self.longestName)
        author = first("author", "article:author", characters: Self.longestName)
        image =
            found["og:image:secure_url"] ?? found["og:image"] ?? found["og:image:url"]
            ?? found["twitter:image"]
        imageText = first("og:image:alt", "twitter:image:alt", characters: Self.longestText)
    }

    private static func read(_ node: HTMLTree.Node, into found: inout [String: String]) {
        guard node.pointee.type == GUMBO_NODE_ELEMENT else { return }
        let element = node.pointee.v.element
        // A drawing has titles of its own.
        guard element.tag_namespace == GUMBO_NAMESPACE_HTML else { return }
        if element.tag == GUMBO_TAG_TITLE, found["title"] == nil {
            found["title"] = HTMLTree.child(0, of: node).flatMap(HTMLTree.text).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        guard element.tag == GUMBO_TAG_META,
            let name = HTMLTree.attribute("property", of: element) ?? HTMLTree.attribute("name", of: element),
            let content = HTMLTree.attribute("content", of: element), name.count <= 64
        else { return }
        let key = String(decoding: name, as: UTF8.self).lowercased()
        if found[key] == nil, found.count < 100 {
            found[key] = String(decoding: content.prefix(8_192), as: UTF8.self)
        }
    }

    /// The page as UTF-8: pages in Latin letters of the older kind are turned into it, everything else is taken for it.
    private static func decoded(_ bytes: [UInt8], _ charset: String?) -> [UInt8] {
        let beginning = String(decoding: bytes.prefix(1_024), as: UTF8.self).lowercased()
        let named =
            charset?.lowercased()
            ?? beginning.firstRange(of: "charset=").map { range in
                String(
                    beginning[range.upperBound...].drop { "\"' ".contains($0) }.prefix {
                        $0.isLetter || $0.isNumber || $0 == "-"
                    }
                )
            }
        guard let named, ["iso-8859-1", "windows-1252", "latin1", "iso-8859-15"].contains(named) else {
            return bytes
        }
        return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }
}
