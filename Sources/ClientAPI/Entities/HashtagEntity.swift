import Domain
import Storage
import Vocabulary

/// A hashtag as clients read it.
///
/// Reference: Mastodon's API, Tag. Its `id` is its name, which is unique.
struct HashtagEntity {
    let school: School

    /// Hashtags with what the viewer does with them and their use in the last seven days.
    func make(_ names: [String], for viewer: Viewer, now: Timestamp, in db: any SQLConnection) throws
        -> [JSONValue]
    {
        let usage = try db.hashtagPages.usage(of: names, for: viewer, now: now)
        let followed = try viewer.account.map { try db.hashtags.followed(by: $0, among: names) } ?? []
        let featured = try viewer.account.map { try db.featuredHashtags.all(of: $0).map(\.name) } ?? []
        return names.map { name in
            var entity: JSONObject = [
                "id": .string(name),
                "name": .string(name),
                "url": .string(LocalActorURIs(origin: school.origin).tagPage(name).description),
                "history": .array((usage[name] ?? []).map(day)),
            ]
            if viewer.account != nil {
                entity["following"] = .bool(followed.contains(name))
                entity["featuring"] = .bool(featured.contains(name))
            }
            return .object(entity)
        }
    }

    private func day(_ day: HashtagDay) -> JSONValue {
        [
            "day": .string("\(day.day.start.milliseconds / 1_000)"),
            "uses": .string("\(day.uses)"),
            "accounts": .string("\(day.accounts)"),
        ]
    }
}
