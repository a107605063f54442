import Domain
import Vocabulary

/// What a Question has besides a note, and a vote.
///
/// Spec: Activity Vocabulary, Question; `votersCount` and the form of votes are Mastodon's.
enum PollDocument {
    /// Writes the poll into its post's document; counts that are secret are left out.
    static func write(_ poll: Poll, into document: inout JSONObject) {
        document["type"] = "Question"
        document[poll.isMultiple ? "anyOf" : "oneOf"] = .array(poll.options.map { option(of: poll, $0) })
        document["endTime"] = poll.endsAt.map { .string(WireDate.format($0.milliseconds)) }
        document["closed"] = poll.endedAt.map { .string(WireDate.format($0.milliseconds)) }
        document["votersCount"] = poll.voters.map { .integer(Int64($0)) }
    }

    private static func option(of poll: Poll, _ option: Poll.Option) -> JSONValue {
        var replies: JSONObject = ["type": "Collection"]
        if poll.showsTotals { replies["totalItems"] = option.votes.map { .integer(Int64($0)) } }
        return ["type": "Note", "name": .string(option.name), "replies": .object(replies)]
    }

    /// A vote for one answer, for the one who asks alone.
    static func vote(
        _ id: URI,
        note: URI,
        actor: Account,
        in post: Post,
        by author: Account,
        for name: String
    )
        -> JSONObject
    {
        let (me, asker) = (JSONValue.string(actor.uri.description), JSONValue.string(author.uri.description))
        return [
            "@context": ContextDocument.plain,
            "id": .string(id.description), "type": "Create", "actor": me, "to": asker,
            "object": [
                "id": .string(note.description), "type": "Note", "attributedTo": me, "to": asker,
                "name": .string(name), "inReplyTo": .string(post.uri.description),
            ],
        ]
    }
}
