import Domain
import Storage
import Vocabulary

/// A poll as clients read it; a poll has its post's id.
///
/// Reference: Mastodon's API, Poll. `staffroom_flaws` is ours: what was wrong with a peer's poll.
enum PollEntity {
    static func make(_ shown: PresentedPoll) -> JSONObject {
        let poll = shown.poll
        return [
            "id": .string(poll.post.description),
            "expires_at": poll.endsAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "expired": .bool(poll.endedAt != nil),
            "multiple": .bool(poll.isMultiple),
            "votes_count": .integer(Int64(poll.votes)),
            "voters_count": poll.voters.map { .integer(Int64($0)) } ?? nil,
            "options": .array(poll.options.map { .object(option($0, of: poll)) }),
            "emojis": [],
            "voted": .bool(shown.hasVoted),
            "own_votes": .array(shown.ownChoices.map { .integer(Int64($0)) }),
            "staffroom_flaws": .array(poll.flaws.map(\.rawValue).sorted().map { .string($0) }),
        ]
    }

    private static func option(_ option: Poll.Option, of poll: Poll) -> JSONObject {
        let votes = poll.showsTotals ? option.votes : nil
        return ["title": .string(option.title), "votes_count": votes.map { .integer(Int64($0)) } ?? nil]
    }
}
