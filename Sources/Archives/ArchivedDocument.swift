import Domain
import Outbox
import Storage
import Vocabulary

/// What things are called in an archive.
enum ArchiveNames {
    /// The tables, and what is in them.
    static let tables: [String: AccountImport.Kind] = [
        "following_accounts.csv": .follows, "blocked_accounts.csv": .blocks, "muted_accounts.csv": .mutes,
        "lists.csv": .lists, "bookmarks.csv": .bookmarks, "followed_hashtags.csv": .hashtags,
    ]

    static func portrait(_ upload: Upload, _ portrait: Upload.Portrait) -> String {
        "\(portrait.rawValue).\(suffix(upload.mediaType))"
    }

    static func media(_ upload: Upload) -> String {
        "media_attachments/files/\(upload.id)/original.\(suffix(upload.mediaType))"
    }

    private static func suffix(_ mediaType: String) -> String {
        let kind = mediaType.split(separator: "/").last.map(String.init) ?? ""
        let known = ["jpeg": "jpg", "quicktime": "mov", "mpeg": "mp3"]
        return known[kind] ?? String(kind.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}

/// Activities as an archive has them: like those that were sent, with files in the place of addresses.
enum ArchivedDocument {
    /// A post in its Create.
    ///
    /// `archivedAudience` and `localOnly` say what the wire does not.
    static func create(_ post: Post, _ parts: NoteDocument.Parts, _ uploads: [Upload]) -> JSONObject {
        var note = NoteDocument.make(post, parts, with: false)
        var files: [String: String] = [:]
        for (attachment, upload) in parts.attachments.compactMap({ attachment in
            uploads.first { $0.id == attachment.upload }.map { (attachment, $0) }
        }) {
            files[attachment.url.description] = ArchiveNames.media(upload)
        }
        note["attachment"] = note["attachment"]?.array.map { list in .array(list.map { local($0, files) }) }
        note["image"] = note["image"].map { local($0, files) }
        note["archivedAudience"] = .string(post.audience.rawValue)
        note["localOnly"] = .bool(post.isLocalOnly)
        return [
            "id": .string("\(post.uri)/activity"), "type": "Create",
            "actor": .string(parts.author.uri.description),
            "published": .string(WireDate.format(post.publishedAt.milliseconds)),
            "to": note["to"] ?? [], "cc": note["cc"] ?? [], "object": .object(note),
        ]
    }

    /// A boost.
    static func announce(_ boost: OwnRecordsView.Mention, by account: Account) -> JSONObject {
        var document: JSONObject = [
            "type": "Announce", "actor": .string(account.uri.description),
            "object": .string(boost.post.description), "to": ["https://www.w3.org/ns/activitystreams#Public"],
        ]
        document["id"] = boost.uri.map { .string($0.description) }
        document["published"] = boost.at.map { .string(WireDate.format($0.milliseconds)) }
        return document
    }

    private static func local(_ value: JSONValue, _ files: [String: String]) -> JSONValue {
        guard var object = value.object, let file = object["url"]?.string.flatMap({ files[$0] }) else {
            return value
        }
        object["url"] = .string(file)
        return .object(object)
    }
}
