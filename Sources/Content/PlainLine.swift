extension PlainText {
    /// Returns text that is no HTML, such as a title, with nothing in it that is not meant to be seen: no control
    /// characters, no turning of directions, cut to `characters`, its ends trimmed.
    ///
    /// `isOneLine`: line ends and tabs become spaces.
    public static func clean(_ text: String, characters: Int, isOneLine: Bool = true) -> String {
        // A character is cut at 32 bytes by `limit`; nothing behind that can be kept.
        let (bytes, overflow) = characters.multipliedReportingOverflow(by: 64)
        var kept = TextFilter.cleaned(Array(overflow ? text.utf8[...] : text.utf8.prefix(bytes)))
        if isOneLine { kept = kept.map { $0 == 0x0A || $0 == 0x09 ? 0x20 : $0 } }
        let start = kept.firstIndex { !$0.isHTMLSpace } ?? kept.endIndex
        let end = kept.lastIndex { !$0.isHTMLSpace } ?? start
        let trimmed = start < kept.endIndex ? Array(kept[start...end]) : []
        return limit(String(decoding: trimmed, as: UTF8.self), characters: characters)
    }
}
