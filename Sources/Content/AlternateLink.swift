internal import CGumbo

/// Finds what a web page names as another form of itself.
///
/// Spec: HTML, `link` elements with `rel=alternate`; RFC 8288 for the header field.
public enum AlternateLink {
    /// How much of a page is looked at, in bytes: such links stand at its head.
    public static let longestHead = 256 << 10
    private static let limits = HTMLLimits(maximumBytes: longestHead, maximumTags: 8_000, maximumDepth: 64)
    /// How many nodes are looked at.
    private static let maximumNodes = 16_000

    /// The address of the first `<link rel="alternate">` of a media type; as it was written, so it may be relative.
    public static func find(inPage html: [UInt8], type: String) -> String? {
        let head = Array(html.prefix(longestHead))
        return HTMLTree.withRoot(of: head, limits: limits) { root in
            var (open, visited) = ([root], 0)
            while let node = open.popLast(), visited < maximumNodes {
                visited += 1
                if let href = href(of: node, type) { return href }
                var (index, children) = (0, [HTMLTree.Node]())
                while let child = HTMLTree.child(index, of: node) {
                    children.append(child)
                    index += 1
                }
                open += children.reversed()
            }
            return nil
        } ?? nil
    }

    private static func href(of node: HTMLTree.Node, _ type: String) -> String? {
        guard node.pointee.type == GUMBO_NODE_ELEMENT, node.pointee.v.element.tag == GUMBO_TAG_LINK else {
            return nil
        }
        let element = node.pointee.v.element
        guard let href = HTMLTree.attribute("href", of: element),
            let rel = HTMLTree.attribute("rel", of: element),
            isAlternate(String(decoding: rel, as: UTF8.self)),
            let named = HTMLTree.attribute("type", of: element),
            mediaType(String(decoding: named, as: UTF8.self)) == type
        else { return nil }
        return String(decoding: href, as: UTF8.self)
    }

    /// The address of the first `Link` header field value that is an alternate of a media type.
    ///
    /// `values`: the values of all fields of that name; each may hold several links.
    public static func find(inFields values: [String], type: String) -> String? {
        for value in values where value.utf8.count <= 8_192 {
            // An address may hold a comma, so links are told apart by what stands in angle brackets.
            for part in value.split(separator: "<").dropFirst(value.hasPrefix("<") ? 0 : 1) {
                guard let end = part.firstIndex(of: ">") else { continue }
                let parameters = part[part.index(after: end)...].split(separator: ";").map(parameter)
                let isOfType = parameters.contains { $0.name == "type" && mediaType($0.value) == type }
                guard isOfType, parameters.contains(where: { $0.name == "rel" && isAlternate($0.value) })
                else {
                    continue
                }
                return String(part[..<end])
            }
        }
        return nil
    }

    private static func parameter(_ text: Substring) -> (name: String, value: String) {
        let pair = text.split(separator: "=", maxSplits: 1)
        guard pair.count == 2 else { return ("", "") }
        return (trimmed(pair[0]).lowercased(), trimmed(pair[1]))
    }

    private static func trimmed(_ text: Substring) -> String {
        let marks: Set<Character> = [" ", "\t", ",", "\""]
        return String(text.drop { marks.contains($0) }.reversed().drop { marks.contains($0) }.reversed())
    }

    private static func isAlternate(_ rel: String) -> Bool {
        rel.lowercased().split(separator: " ").contains("alternate")
    }

    private static func mediaType(_ text: String) -> String {
        trimmed(text.prefix { $0 != ";" }).lowercased()
    }
}
