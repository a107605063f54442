import Content
public import Domain

/// A poll that a local author wrote, before it is one.
public struct PollDraft: Sendable, Hashable, Codable {
    /// How many answers there may be; one is no choice.
    public static let optionCount = 2...10
    /// The longest answer, in characters.
    public static let longestOption = 100
    /// The shortest and the longest time that a poll may take.
    public static let duration = Span.minutes(5)...Span.days(90)

    /// The answers, in order; blank ones are left out.
    public var options: [String]
    /// How long it takes votes, from when it is published.
    public var lasts: Span
    /// Whether more than one answer may be chosen.
    public var isMultiple: Bool
    /// Whether the counts are told only when it has ended.
    public var hidesTotals: Bool

    /// Puts a poll together; it is checked when it is published.
    public init(options: [String], lasts: Span, isMultiple: Bool = false, hidesTotals: Bool = false) {
        self.options = options
        self.lasts = lasts
        self.isMultiple = isMultiple
        self.hidesTotals = hidesTotals
    }

    /// The poll of a post that is published now.
    ///
    /// - Throws: `OutboxError.badText` for too few, too many, too long or equal answers, or a time out of range.
    func poll(of post: Post.ID, at now: Timestamp) throws(OutboxError) -> Poll {
        // One more than is allowed, so that what is cut is seen.
        let titles = options.prefix(1_000).map { PlainText.clean($0, characters: Self.longestOption + 1) }
            .filter { !$0.isEmpty }
        guard Self.optionCount.contains(titles.count) else {
            throw .badText(
                reason:
                    "a poll has \(Self.optionCount.lowerBound) to \(Self.optionCount.upperBound) answers"
            )
        }
        guard titles.allSatisfy({ $0.count <= Self.longestOption }) else {
            throw .badText(reason: "an answer of a poll has at most \(Self.longestOption) characters")
        }
        guard Set(titles.map { Array($0.utf8) }).count == titles.count else {
            throw .badText(reason: "two answers of the poll are the same")
        }
        guard Self.duration.contains(lasts) else {
            throw .badText(reason: "a poll takes votes for 5 minutes to 90 days")
        }
        return Poll(
            post: post,
            options: titles.map { Poll.Option(name: $0, title: $0) },
            isMultiple: isMultiple,
            hidesTotals: hidesTotals,
            endsAt: now + lasts
        )
    }
}
