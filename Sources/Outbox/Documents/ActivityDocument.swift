import Domain
import Vocabulary

/// Activities as they are sent.
///
/// Spec: Activity Vocabulary section 3.1.
///
/// One function a verb; each returns the whole document with its context.
enum ActivityDocument {
    static func create(
        _ id: URI,
        actor: Account,
        note: JSONObject,
        _ addressing: Addressing,
        at time: Timestamp
    ) -> JSONObject {
        addressed("Create", id, actor, .object(note), addressing, at: time, context: ContextDocument.note)
    }

    static func update(
        _ id: URI,
        actor: Account,
        note: JSONObject,
        _ addressing: Addressing,
        at time: Timestamp
    ) -> JSONObject {
        addressed("Update", id, actor, .object(note), addressing, at: time, context: ContextDocument.note)
    }

    static func updateActor(_ id: URI, actor: Account, document: JSONObject, at time: Timestamp) -> JSONObject
    {
        let addressing = Addressing(.public, author: actor, mentioned: [])
        return addressed(
            "Update",
            id,
            actor,
            .object(document),
            addressing,
            at: time,
            context: ContextDocument.actor
        )
    }

    static func delete(_ id: URI, actor: Account, object: URI, _ addressing: Addressing, at time: Timestamp)
        -> JSONObject
    {
        let tombstone: JSONValue = ["id": .string(object.description), "type": "Tombstone"]
        return addressed("Delete", id, actor, tombstone, addressing, at: time)
    }

    /// A Delete of the actor itself names it by id: that is the form that others act upon.
    static func deleteActor(_ id: URI, actor: Account, at time: Timestamp) -> JSONObject {
        addressed(
            "Delete",
            id,
            actor,
            .string(actor.uri.description),
            Addressing(.public, author: actor, mentioned: []),
            at: time
        )
    }

    static func follow(_ id: URI, actor: Account, object: URI) -> JSONObject {
        bare("Follow", id, actor, .string(object.description), to: [object])
    }

    static func accept(_ id: URI, actor: Account, follow: URI, follower: URI) -> JSONObject {
        bare("Accept", id, actor, self.follow(follow, by: follower, of: actor.uri), to: [follower])
    }

    static func reject(_ id: URI, actor: Account, follow: URI, follower: URI) -> JSONObject {
        bare("Reject", id, actor, self.follow(follow, by: follower, of: actor.uri), to: [follower])
    }

    static func undoFollow(_ id: URI, actor: Account, follow: URI, followed: URI) -> JSONObject {
        bare("Undo", id, actor, self.follow(follow, by: actor.uri, of: followed), to: [followed])
    }

    static func block(_ id: URI, actor: Account, object: URI) -> JSONObject {
        bare("Block", id, actor, .string(object.description), to: [object])
    }

    /// A report, as Mastodon sends it: the account first, then its posts.
    static func flag(_ id: URI, actor: Account, objects: [URI], comment: String, to account: URI)
        -> JSONObject
    {
        let named = JSONValue.array(objects.map { .string($0.description) })
        var document = bare("Flag", id, actor, named, to: [account])
        document["content"] = .string(comment)
        return document
    }

    /// A Move, as Mastodon sends it, to the followers.
    static func move(_ id: URI, actor: Account, target: URI, at time: Timestamp) -> JSONObject {
        let addressing = Addressing(.followers, author: actor, mentioned: [])
        var document = addressed("Move", id, actor, .string(actor.uri.description), addressing, at: time)
        document["target"] = .string(target.description)
        return document
    }

    /// An Add or Remove of a pin.
    static func pins(
        _ type: String,
        _ id: URI,
        actor: Account,
        object: URI,
        featured: URI,
        _ addressing: Addressing,
        at time: Timestamp
    ) -> JSONObject {
        var document = addressed(type, id, actor, .string(object.description), addressing, at: time)
        document["target"] = .string(featured.description)
        return document
    }

    /// A Like that says with which emoji: Misskey, Pleroma and Akkoma read a reaction, others a like.
    static func react(_ id: URI, actor: Account, object: URI, author: URI, emoji: ReactionEmoji) -> JSONObject
    {
        var document = like(id, actor: actor, object: object, author: author)
        document["@context"] = ContextDocument.reaction
        document["content"] = .string(emoji.wireText)
        document["_misskey_reaction"] = .string(emoji.wireText)
        if let image = emoji.image {
            document["tag"] = [
                [
                    "type": "Emoji", "name": .string(emoji.wireText),
                    "icon": ["type": "Image", "url": .string(image.description)],
                ]
            ]
        }
        return document
    }

    static func like(_ id: URI, actor: Account, object: URI, author: URI) -> JSONObject {
        bare("Like", id, actor, .string(object.description), to: [author])
    }

    static func announce(_ id: URI, actor: Account, object: URI, _ addressing: Addressing, at time: Timestamp)
        -> JSONObject
    {
        addressed("Announce", id, actor, .string(object.description), addressing, at: time)
    }

    static func undo(
        _ id: URI,
        actor: Account,
        type: String,
        of uri: URI,
        object: URI,
        _ addressing: Addressing
    ) -> JSONObject {
        let undone: JSONValue = [
            "id": .string(uri.description), "type": .string(type), "actor": .string(actor.uri.description),
            "object": .string(object.description),
        ]
        var document = bare("Undo", id, actor, undone, to: [])
        document["to"] = addressing.toValue
        document["cc"] = addressing.ccValue
        return document
    }

    private static func follow(_ uri: URI, by follower: URI, of followed: URI) -> JSONValue {
        [
            "id": .string(uri.description), "type": "Follow", "actor": .string(follower.description),
            "object": .string(followed.description),
        ]
    }

    private static func bare(_ type: String, _ id: URI, _ actor: Account, _ object: JSONValue, to: [URI])
        -> JSONObject
    {
        [
            "@context": ContextDocument.plain,
            "id": .string(id.description),
            "type": .string(type),
            "actor": .string(actor.uri.description),
            "object": object,
            "to": .array(to.map { .string($0.description) }),
        ]
    }

    private static func addressed(
        _ type: String,
        _ id: URI,
        _ actor: Account,
        _ object: JSONValue,
        _ addressing: Addressing,
        at time: Timestamp,
        context: JSONValue = ContextDocument.plain
    ) -> JSONObject {
        [
            "@context": context,
            "id": .string(id.description),
            "type": .string(type),
            "actor": .string(actor.uri.description),
            "published": .string(WireDate.format(time.milliseconds)),
            "to": addressing.toValue,
            "cc": addressing.ccValue,
            "object": object,
        ]
    }
}
