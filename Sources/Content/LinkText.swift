/// Judges whether a link's text hides where the link goes.
///
/// A text such as `bank.example` over a link to another host, or one cut off inside the host's name by the
/// `invisible` class or by zero-width characters, makes a reader trust a place they are not going to
/// (CVE-2023-36462). Words such as "our timetable" claim nothing and are left alone.
enum LinkText {
    /// Whether a reader who sees only `visible` would take the link for one to another host than `link`'s,
    /// or sees nothing at all.
    static func hidesHost(of link: WebLink, visible: [UInt8]) -> Bool {
        let folded = foldedScalars(visible)
        if folded.allSatisfy(\.properties.isWhitespace) { return true }
        let words = folded.split(whereSeparator: \.properties.isWhitespace)
        if words.last.map({ string($0).utf8.elementsEqual(suffix(for: link).utf8) }) == true { return false }
        return words.contains { word in
            guard let shown = host(in: word) else { return false }
            return !isSame(shown, link.host)
        }
    }

    /// What is written at the end of a link's text to show where it goes.
    static func suffix(for link: WebLink) -> String {
        "[" + link.authority + "]"
    }

    private static func isSame(_ shown: String, _ host: String) -> Bool {
        shown.utf8.elementsEqual(host.utf8) || ("www." + shown).utf8.elementsEqual(host.utf8)
            || shown.utf8.elementsEqual(("www." + host).utf8)
    }

    /// What the eye sees: no zero-width characters, one form of every letter, one kind of dot.
    private static func foldedScalars(_ bytes: [UInt8]) -> [UnicodeScalar] {
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes.allSatisfy({ $0 < 0x80 }) { return Array(text.lowercased().unicodeScalars) }
        var seen = String.UnicodeScalarView()
        seen.append(
            contentsOf: text.unicodeScalars.lazy.filter { !$0.properties.isDefaultIgnorableCodePoint }
        )
        return CompatibilityFold.fold(String(seen)).unicodeScalars.map { $0 == "\u{3002}" ? "." : $0 }
    }

    /// The first host name in a word without spaces: `bank.example` in `(https://bank.example/a)`.
    private static func host(in word: ArraySlice<UnicodeScalar>) -> String? {
        var index = word.startIndex
        var isHandle = false
        while index < word.endIndex {
            guard WebLink.isHostScalar(word[index]) else {
                index += 1
                continue
            }
            let run = word[index...].prefix(while: WebLink.isHostScalar)
            let before = word[..<index]
            let followsScheme = before.suffix(2).elementsEqual(["/", "/"])
            // `@name` and `@name@host` are handles, but `name@host` may be taken for an address.
            let startsHandle = before.dropLast().last.map(WebLink.isHostScalar) != true
            isHandle = before.last == "@" && (isHandle || startsHandle)
            let isPathOrTag = before.last == "#" || (before.last == "/" && !followsScheme)
            if !isHandle, !isPathOrTag, let host = hostName(run, isCertain: followsScheme) { return host }
            index = run.endIndex
        }
        return nil
    }

    /// The host that a run of host characters names.
    ///
    /// `nil` for words (`timetable`), numbers (`6.3`) and abbreviations (`e.g.`). Behind `//` everything is
    /// a host.
    private static func hostName(_ run: ArraySlice<UnicodeScalar>, isCertain: Bool) -> String? {
        var run = run
        while let last = run.last, last == "." || last == "-" { run.removeLast() }
        while let first = run.first, first == "." || first == "-" { run.removeFirst() }
        let labels = run.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !last.isEmpty else { return nil }
        let isDomain = labels.count > 1 && last.count > 1 && last.contains(where: \.properties.isAlphabetic)
        let isAddress = labels.count == 4 && run.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
        let isName = isDomain || isAddress
        guard isCertain || (isName && labels.allSatisfy { !$0.isEmpty }) else { return nil }
        let text = string(run)
        return WebLink.hostName(text.utf8) ?? text
    }

    private static func string(_ scalars: ArraySlice<UnicodeScalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
