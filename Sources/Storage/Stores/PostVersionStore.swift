public import Domain
import Foundation

/// The `post_version` table: what posts said before they were edited.
public struct PostVersionStore {
    let db: any SQLConnection

    /// Keeps what a post says now, before an edit; the oldest versions go.
    ///
    /// `number`: of this version; the caller has counted, and holds the post's row.
    func keep(_ post: Post.ID, as number: Int) throws(StorageError) {
        let attachments = try Self.json(try db.postAttachments.find(of: post))
        try db.run(
            """
            INSERT INTO post_version (post_id, number, title, html, summary, is_sensitive, attachments, written_at)
            SELECT id, \(number), title, html, summary, is_sensitive, \(attachments),
                COALESCE(edited_at, published_at)
            FROM post WHERE id = \(post)
            """
        )
        try db.run(
            "DELETE FROM post_version WHERE post_id = \(post) AND number <= \(number - PostVersion.maximumKept)"
        )
    }

    /// Removes the versions of posts.
    func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_version WHERE post_id IN (\(list: posts))")
    }

    /// What a post said before, the oldest kept version first; what it says now is in the post itself.
    public func find(of post: Post.ID) throws(StorageError) -> [PostVersion] {
        try db.run("SELECT * FROM post_version WHERE post_id = \(post) ORDER BY number")
            .decoded(PostVersion.init(row:))
    }

    private static func json(_ attachments: [Post.Attachment]) throws(StorageError) -> String {
        guard !attachments.isEmpty else { return "[]" }
        do {
            return String(decoding: try JSONEncoder().encode(attachments), as: UTF8.self)
        } catch {
            throw .rejected(reason: "attachments cannot be written: \(error)")
        }
    }
}

extension SQLConnection {
    /// The `post_version` table.
    public var postVersions: PostVersionStore { PostVersionStore(db: self) }
}

extension PostVersion {
    init(row: SQLRow) throws(StorageError) {
        let attachments: String = try row["attachments"]
        self.init(
            post: try row["post_id"],
            number: try row["number"],
            title: try row["title"],
            html: try row["html"],
            summary: try row["summary"],
            isSensitive: try row["is_sensitive"],
            attachments: try Self.attachments(stored: attachments),
            writtenAt: try row["written_at"]
        )
    }

    private static func attachments(stored json: String) throws(StorageError) -> [Post.Attachment] {
        do {
            return try JSONDecoder().decode([Post.Attachment].self, from: Data(json.utf8))
        } catch {
            throw .decode(column: "attachments", reason: "\(error)")
        }
    }
}
