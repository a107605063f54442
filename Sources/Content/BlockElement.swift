/// A block element that is open in what is written.
struct BlockElement {
    let tag: BlockTag
    /// Tells one opening from another.
    let serial: Int
    /// Whether the writer added it: an item around what stands in a list without one.
    let isImplied: Bool

    var endTag: [UInt8] { Array("</\(tag.rawValue)>".utf8) }

    /// Returns the start tag of `tag` with the attributes on the allow-list.
    static func startTag(_ tag: BlockTag, attribute: (StaticString) -> [UInt8]?) -> [UInt8] {
        var start = "<" + tag.rawValue
        switch tag {
        case .ol:
            if let value = attribute("start").flatMap(integer) { start += " start=\"\(value)\"" }
            if attribute("reversed") != nil { start += " reversed=\"\"" }
        case .li:
            if let value = attribute("value").flatMap(integer) { start += " value=\"\(value)\"" }
        case .p:
            let words = ClassList.words(attribute("class") ?? [])
            if words.contains(where: { $0.elementsEqual("quote-inline".utf8) }) {
                start += " class=\"quote-inline\""
            }
        default: break
        }
        return Array((start + ">").utf8)
    }

    /// Reads a whole number of at most nine digits.
    private static func integer(_ value: [UInt8]) -> Int? {
        value.count <= 10 ? Int(String(decoding: value, as: UTF8.self)) : nil
    }
}
