import Domain
import Media
import Storage
import Vocabulary

/// How often a post was answered with one emoji.
///
/// Reference: Pleroma's API, `emoji_reactions` of a status.
enum EmojiReactionEntity {
    static func make(_ line: ReactionStore.EmojiCount, at school: School) -> JSONValue {
        .object(object(line, school))
    }

    /// With the accounts, for the list of its own.
    static func make(_ line: ReactionStore.EmojiCount, at school: School, by accounts: [JSONObject])
        -> JSONValue
    {
        var entity = object(line, school)
        entity["accounts"] = .array(accounts.map { .object($0) })
        return .object(entity)
    }

    private static func object(_ line: ReactionStore.EmojiCount, _ school: School) -> JSONObject {
        let image = line.emoji.image.map { JSONValue.string(RemoteAddress.shown($0, at: school)) } ?? nil
        let name = line.emoji.image == nil ? line.emoji.text : String(line.emoji.text.dropFirst().dropLast())
        return [
            "name": .string(name), "count": .integer(Int64(line.count)), "me": .bool(line.isOwn),
            "url": image, "static_url": image,
        ]
    }
}
