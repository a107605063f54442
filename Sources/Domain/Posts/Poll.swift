/// A question with answers to choose from: what a post of the type Question has besides its text.
public struct Poll: Sendable, Hashable {
    /// One answer.
    public struct Option: Sendable, Hashable {
        /// The answer as its author's server writes it; a vote repeats it, byte for byte.
        public let name: String
        /// The same as clean plain text, to be shown.
        public let title: String
        /// How often it was chosen; nil when its home does not tell.
        public var votes: Int?

        /// Puts an answer together.
        public init(name: String, title: String, votes: Int? = 0) {
            self.name = name
            self.title = title
            self.votes = votes
        }
    }

    /// What was wrong with a peer's poll and was bounded; the raw value is stored and shown to clients.
    public enum Flaw: String, Sendable, CaseIterable {
        /// There were more answers than are kept.
        case tooManyOptions = "too_many_options"
        /// A count was negative, huge or no number, or the counts contradict each other.
        case badCounts = "bad_counts"
        /// The end was no time, or too far away to be meant.
        case badEnd = "bad_end"
    }

    /// The post that asks.
    public let post: Post.ID
    /// The answers, in order.
    public var options: [Option]
    /// Whether more than one may be chosen.
    public var isMultiple: Bool
    /// Whether the counts are told only when it has ended.
    public var hidesTotals: Bool
    /// When it ends; nil when it never does.
    public var endsAt: Timestamp?
    /// When its end was noted; nil while it goes on.
    public var endedAt: Timestamp?
    /// How many people voted; nil when its home does not tell.
    public var voters: Int?
    /// What was wrong with it.
    public var flaws: Set<Flaw>

    /// Puts a poll together.
    public init(
        post: Post.ID,
        options: [Option],
        isMultiple: Bool = false,
        hidesTotals: Bool = false,
        endsAt: Timestamp?,
        endedAt: Timestamp? = nil,
        voters: Int? = 0,
        flaws: Set<Flaw> = []
    ) {
        self.post = post
        self.options = options
        self.isMultiple = isMultiple
        self.hidesTotals = hidesTotals
        self.endsAt = endsAt
        self.endedAt = endedAt
        self.voters = voters
        self.flaws = flaws
    }

    /// Whether the counts may be shown now.
    public var showsTotals: Bool { endedAt != nil || !hidesTotals }

    /// How many votes were given in all, as far as that is known; stops at the end of the range.
    public var votes: Int {
        options.reduce(0) { sum, option in
            let (total, overflow) = sum.addingReportingOverflow(option.votes ?? 0)
            return overflow ? .max : total
        }
    }

    /// Whether it takes no more votes.
    public func isOver(at now: Timestamp) -> Bool { endedAt != nil || endsAt.map { $0 <= now } ?? false }

    /// Whether another poll asks the same: votes for the one are votes for the other.
    public func asksTheSame(as other: Poll) -> Bool {
        isMultiple == other.isMultiple && options.count == other.options.count
            && zip(options, other.options).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) }
    }

    /// The place of the answer with a name, compared by its bytes; of several alike the first.
    public func place(of name: String) -> Int? {
        options.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }
}
