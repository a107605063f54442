import Domain
import Media
import Vocabulary

/// What we say of a post beyond Mastodon's Status: Docs/ClientAPI.md lists it.
enum WritingEntity {
    static func add(_ post: Post, at school: School, to status: inout JSONObject) {
        let body = post.body
        status["title"] = .string(body.title)
        status["summary"] = .string(post.abstract)
        status["type"] = .string(post.type.rawValue)
        status["content_type"] = body.source.map { JSONValue.string($0.mediaType) } ?? .null
        status["link"] = body.link.map { JSONValue.string($0.description) } ?? .null
        status["picture"] =
            body.picture.map { picture -> JSONValue in
                [
                    "url": .string(RemoteAddress.shown(picture.url, at: school)),
                    "description": .string(picture.description),
                ]
            } ?? .null
        status["learning"] =
            body.learning.map { learning -> JSONValue in
                [
                    "kind": .string(learning.kind.rawValue), "name": .string(learning.kind.name),
                    "what_we_did": .string(learning.whatWeDid), "why": .string(learning.why),
                ]
            } ?? .null
        status["local_only"] = .bool(post.isLocalOnly)
        status["reply_policy"] = .string(post.replyPolicy.rawValue)
        status["boost_policy"] = .string(post.boostPolicy.rawValue)
        status["interaction_policy"] = [
            "can_favourite": rule(.everyone),
            "can_reply": rule(post.replyPolicy),
            "can_reblog": rule(post.audience.isForEverybody ? post.boostPolicy : .nobody),
        ]
    }

    /// In the form of GoToSocial's API, which several clients read.
    private static func rule(_ policy: InteractionPolicy) -> JSONValue {
        let who: [JSONValue] =
            switch policy {
            case .everyone: ["public"]
            case .followers: ["author", "followers", "mentioned"]
            case .mentioned: ["author", "mentioned"]
            case .nobody: ["author"]
            }
        return ["always": .array(who), "with_approval": []]
    }
}
