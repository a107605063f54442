import Domain
import Vocabulary

/// The body is one JSON object with an id, a type and an actor that are URIs.
///
/// Activities without an id are not taken on their own: nothing could tell a second one from a repetition.
struct KnownShape: InboxPolicy {
    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard case .object(let object)? = try? JSONParser.parse(candidate.request.body),
            let activity = try? Activity(object), let id = activity.id.flatMap({ try? URI($0) }),
            let actor = activity.actor.flatMap({ try? URI($0) }), actor.fragment == nil
        else { return .stop(.refused(.malformed)) }
        candidate.envelope = Envelope(id: id, actor: actor, type: activity.type)
        return .pass
    }
}
