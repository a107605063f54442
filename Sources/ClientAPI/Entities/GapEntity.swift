import Domain
import Vocabulary

/// What is missing in a thread, and why.
///
/// Ours: `staffroom_gaps` of Mastodon's Context.
enum GapEntity {
    static func make(_ gap: ThreadGap) -> JSONValue {
        [
            "status_id": .string(gap.post.description),
            "place": .string(gap.place.rawValue),
            "reason": .string(gap.reason.rawValue),
            "text": .string(gap.personText),
            "uri": gap.uri.map { .string($0.description) } ?? .null,
        ]
    }
}
