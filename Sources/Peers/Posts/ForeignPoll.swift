import Content
public import Domain
public import Vocabulary

/// A peer's poll, read with care: whatever it says is bounded, and what was wrong has a name.
///
/// Pure.
public struct ForeignPoll: Sendable, Hashable {
    /// An end that is further away is taken for none: the year 9999 is no plan.
    public static let longest = Span.days(5 * 366)

    private let object: PollObject

    /// Takes the poll of a Question; nil when the object is none, or has no answers.
    public init?(_ note: NoteObject) {
        guard note.type == "Question", let poll = note.parts.poll else { return nil }
        object = poll
    }

    /// The poll of a post, as it is at a time.
    public func poll(of post: Post.ID, at now: Timestamp) -> Poll {
        var flaws: Set<Poll.Flaw> = object.isCut ? [.tooManyOptions] : []
        let options = object.options.enumerated().map { place, option in
            Poll.Option(
                name: option.name,
                title: Self.title(option.name, at: place),
                votes: Self.count(option.votes, &flaws)
            )
        }
        let voters = Self.voters(Self.count(object.voters, &flaws), options, object.isMultiple, &flaws)
        let (endsAt, isOver) = end(at: now, &flaws)
        return Poll(
            post: post,
            options: options,
            isMultiple: object.isMultiple,
            endsAt: endsAt,
            endedAt: isOver ? endsAt ?? now : nil,
            voters: voters,
            flaws: flaws
        )
    }

    /// An answer as plain text; one of characters that are not shown is named by its place alone.
    private static func title(_ name: String, at place: Int) -> String {
        let title = PlainText.clean(name, characters: ObjectLimits.option)
        return title.isEmpty ? "Answer \(place + 1)" : title
    }

    private static func count(_ count: PollObject.Count, _ flaws: inout Set<Poll.Flaw>) -> Int? {
        switch count {
        case .untold: return nil
        case .known(let number): return Int(exactly: number)
        case .unreadable:
            flaws.insert(.badCounts)
            return nil
        }
    }

    /// Who votes gives one vote, or one at least: there are no fewer people than votes for one answer, and no more than
    /// votes in all.
    private static func voters(
        _ said: Int?,
        _ options: [Poll.Option],
        _ isMultiple: Bool,
        _ flaws: inout Set<Poll.Flaw>
    ) -> Int? {
        let votes = options.compactMap(\.votes)
        guard votes.count == options.count, let most = votes.max() else { return said }
        // Twenty counts of a billion at most.
        let sum = votes.reduce(0, &+)
        guard let said else { return isMultiple ? nil : sum }
        let range = isMultiple ? most...sum : sum...sum
        if !range.contains(said) { flaws.insert(.badCounts) }
        return min(max(said, range.lowerBound), range.upperBound)
    }

    private func end(at now: Timestamp, _ flaws: inout Set<Poll.Flaw>) -> (Timestamp?, isOver: Bool) {
        switch object.closed {
        case .at(let time) where time <= now.milliseconds: return (Self.time(time), true)
        case .over: return (nil, true)
        case .unreadable: flaws.insert(.badEnd)
        case .at, .untold: break
        }
        switch object.end {
        case .at(let time):
            let end = Self.time(time)
            if end <= now { return (end, true) }
            if end - now <= Self.longest { return (end, false) }
            flaws.insert(.badEnd)
            return (nil, false)
        case .unreadable:
            flaws.insert(.badEnd)
            return (nil, false)
        case .over: return (nil, true)
        case .untold: return (nil, false)
        }
    }

    private static func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: max(0, milliseconds))
    }
}
