import Domain
import Vocabulary

/// The body is one JSON object with an id, a type and an actor that are URIs.
///
/// Activities without an id are not taken on their own: nothing could tell a second one from a repetition. But Mastodon
/// gives none to Add and Remove, which do no harm twice: each gets one of our making, below its actor's.
struct KnownShape: InboxPolicy {
    let ids: IDGenerator

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard case .object(let object)? = try? JSONParser.parse(candidate.request.body),
            let activity = try? Activity(object),
            let actor = activity.actor.flatMap({ try? URI($0) }), actor.fragment == nil,
            let id = id(of: activity, by: actor)
        else { return .stop(.refused(.malformed)) }
        candidate.envelope = Envelope(
            id: id,
            actor: actor,
            type: activity.type,
            object: activity.object.id.flatMap { try? URI($0) }
        )
        return .pass
    }

    private func id(of activity: Activity, by actor: URI) -> URI? {
        if let id = activity.id { return try? URI(id) }
        guard activity.type == .add || activity.type == .remove else { return nil }
        return try? URI("\(actor)#pin-\(ids.next() as ReceivedActivity.ID)")
    }
}
