/// Every migration of the database, oldest first; a released one is never changed.
public enum Schema {
    /// The migrations that bring an empty database to the present shape.
    public static let migrations: [Migration] = [
        Migration(version: 1, name: "instance", apply: createInstance),
        Migration(version: 2, name: "people", apply: createPeople),
        Migration(version: 3, name: "posts", apply: createPosts),
        Migration(version: 4, name: "federation", apply: createFederation),
        Migration(version: 5, name: "access", apply: createAccess),
        Migration(version: 6, name: "search", apply: createSearch),
        Migration(version: 7, name: "relations", apply: createRelations),
        Migration(version: 8, name: "reading", apply: createReading),
        Migration(version: 9, name: "media", apply: createMedia),
        Migration(version: 10, name: "moderation", apply: createModeration),
        Migration(version: 11, name: "polls", apply: createPolls),
        Migration(version: 12, name: "moves", apply: createMoves),
        Migration(version: 13, name: "quotes", apply: createQuotes),
        Migration(version: 14, name: "personal", apply: createPersonal),
        Migration(version: 15, name: "drafts", apply: createDrafts),
        Migration(version: 16, name: "remarks", apply: createRemarks),
        Migration(version: 17, name: "apps", apply: createApps),
        Migration(version: 18, name: "errands", apply: createErrands),
        Migration(version: 19, name: "account life", apply: createAccountLife),
        Migration(version: 20, name: "streaming", apply: createStreaming),
        Migration(version: 21, name: "finding", apply: createFinding),
        Migration(version: 22, name: "notice policies", apply: createNoticePolicies),
        Migration(version: 23, name: "conversations", apply: createConversations),
        Migration(version: 24, name: "previews", apply: createPreviews),
        Migration(version: 25, name: "remote files", apply: createRemoteFiles),
        Migration(version: 26, name: "archives", apply: createArchives),
    ]
}
