internal import CGumbo

/// A parsed text, read while gumbo's memory lives.
enum HTMLTree {
    /// A node of gumbo's.
    typealias Node = UnsafePointer<GumboNode>

    /// Parses `bytes` as the content of a body and lends the root to `body`.
    ///
    /// Returns `nil` when the tree would be far larger than the text asks for (cloned formatting elements,
    /// hundreds of attributes on one tag), and `body` was not called.
    static func withRoot<Value>(of bytes: [UInt8], limits: HTMLLimits, _ body: (Node) -> Value) -> Value? {
        let allowed = CGumboLimits(
            nodes: clamped(limits.maximumTags, times: 4),
            attributes: 256,
            bytes: 16 * 1024 * 1024 + clamped(limits.maximumBytes, times: 16)
        )
        return bytes.withUnsafeBytes { buffer in
            guard let text = buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                let tree = cgumbo_parse(text, buffer.count, allowed)
            else { return nil }
            defer { cgumbo_free(tree) }
            return body(cgumbo_root(tree))
        }
    }

    /// Returns child number `index` of `node`, or `nil` after the last and for what has no children.
    static func child(_ index: Int, of node: Node) -> Node? {
        guard node.pointee.type == GUMBO_NODE_ELEMENT else { return nil }
        let children = node.pointee.v.element.children
        guard index < Int(children.length), let pointer = children.data?[index] else { return nil }
        return Node(pointer.assumingMemoryBound(to: GumboNode.self))
    }

    /// Returns the text of a text node, references decoded; `nil` for elements and comments.
    static func text(of node: Node) -> [UInt8]? {
        let type = node.pointee.type
        guard type == GUMBO_NODE_TEXT || type == GUMBO_NODE_WHITESPACE || type == GUMBO_NODE_CDATA else {
            return nil
        }
        return bytes(node.pointee.v.text.text)
    }

    /// Returns the value of an attribute, references decoded; `nil` when the element has none of that name.
    static func attribute(_ name: StaticString, of element: GumboElement) -> [UInt8]? {
        for index in 0..<Int(element.attributes.length) {
            guard let pointer = element.attributes.data?[index] else { continue }
            let attribute = pointer.assumingMemoryBound(to: GumboAttribute.self).pointee
            if bytes(attribute.name).elementsEqual(bytes(name)) { return bytes(attribute.value) }
        }
        return nil
    }

    /// Whether an element was renamed to `x-td` or `x-th` by ``HTMLReduction``.
    static func isTableCell(_ element: GumboElement) -> Bool {
        let tag = element.original_tag
        guard let data = tag.data, tag.length >= 5 else { return false }
        let name = UnsafeBufferPointer(start: data, count: 5).map { UInt8(bitPattern: $0).asciiLowercased }
        return name.elementsEqual("<x-td".utf8) || name.elementsEqual("<x-th".utf8)
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        var out: [UInt8] = []
        var next = text
        while next.pointee != 0 {
            out.append(UInt8(bitPattern: next.pointee))
            next += 1
        }
        return out
    }

    private static func bytes(_ text: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private static func clamped(_ value: Int, times factor: Int) -> Int {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? Int.max / 2 : min(product, Int.max / 2)
    }
}
