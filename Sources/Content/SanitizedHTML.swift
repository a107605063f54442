/// HTML that may be shown as it is: it holds only what ``HTMLSanitizer`` writes.
public struct SanitizedHTML: Sendable {
    /// The markup, UTF-8, at most ``HTMLLimits/maximumBytes`` long.
    public let html: String
    /// Whether a limit cut something off.
    public let isShortened: Bool

    /// Takes markup back from our own storage, where ``HTMLSanitizer`` put it; never from a peer or a person.
    public init(stored html: String) {
        self.init(html: html, isShortened: false)
    }

    init(html: String, isShortened: Bool) {
        self.html = html
        self.isShortened = isShortened
    }
}
