import Domain
import Storage
import Vocabulary

/// How often a post was answered with one emoji.
///
/// Reference: Pleroma's API, `emoji_reactions` of a status.
enum EmojiReactionEntity {
    static func make(_ line: ReactionStore.EmojiCount) -> JSONValue { .object(object(line)) }

    /// With the accounts, for the list of its own.
    static func make(_ line: ReactionStore.EmojiCount, by accounts: [JSONObject]) -> JSONValue {
        var entity = object(line)
        entity["accounts"] = .array(accounts.map { .object($0) })
        return .object(entity)
    }

    private static func object(_ line: ReactionStore.EmojiCount) -> JSONObject {
        let image = line.emoji.image.map { JSONValue.string($0.description) } ?? nil
        let name = line.emoji.image == nil ? line.emoji.text : String(line.emoji.text.dropFirst().dropLast())
        return [
            "name": .string(name), "count": .integer(Int64(line.count)), "me": .bool(line.isOwn),
            "url": image, "static_url": image,
        ]
    }
}
