/// All filters of an account that hold now, made ready to look at posts.
///
/// Words are compared as search does (`SearchWords`): without regard to case and accents. A keyword of several words
/// matches them side by side; one without any letter or digit, such as an emoji, is looked for as it stands.
public struct FilterSet: Sendable {
    private let filters: [PostFilter]
    private let matcher: TextMatcher
    /// Which filter and keyword each text of the matcher is.
    private let origins: [(filter: Int, keyword: Int)]
    private let looksAtRawText: Bool

    /// Makes those ready that hold at a time.
    public init(_ filters: [PostFilter], now: Timestamp) {
        let active = filters.filter { $0.isActive(at: now) }
        var patterns: [String] = []
        var origins: [(filter: Int, keyword: Int)] = []
        var looksAtRawText = false
        for (index, filter) in active.enumerated() {
            for (number, keyword) in filter.keywords.enumerated() {
                let words = SearchWords.words(of: keyword.text).joined(separator: " ")
                if words.isEmpty { looksAtRawText = true }
                patterns.append(
                    words.isEmpty ? keyword.text.lowercased() : keyword.isWholeWord ? " \(words) " : words
                )
                origins.append((index, number))
            }
        }
        self.filters = active
        self.origins = origins
        self.looksAtRawText = looksAtRawText
        matcher = TextMatcher(patterns)
    }

    /// Whether no post can match.
    public var isEmpty: Bool { filters.allSatisfy { $0.keywords.isEmpty && $0.entries.isEmpty } }

    /// The filters that match a post, in order; linear in its text.
    public func matches(_ post: Post) -> [FilterMatch] {
        if isEmpty { return [] }
        var text = " \(post.searchWords.joined(separator: " ")) "
        if looksAtRawText { text += "\n\(post.body.summary)\n\(post.body.text)".lowercased() }
        var keywords: [Int: [Int]] = [:]
        for index in matcher.found(in: text).sorted() {
            keywords[origins[index].filter, default: []].append(origins[index].keyword)
        }
        return filters.enumerated().compactMap { index, filter in
            let found = (keywords[index] ?? []).map { filter.keywords[$0].text }
            let isNamed = filter.entries.contains { $0.post == post.id }
            guard !found.isEmpty || isNamed else { return nil }
            return FilterMatch(filter: filter, keywords: found, post: isNamed ? post.id : nil)
        }
    }
}
