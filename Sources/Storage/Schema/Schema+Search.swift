extension Schema {
    /// What finds posts and accounts by their words.
    static func createSearch(_ db: any SQLConnection) throws {
        for statement in db.dialect.fullTextTable("post_search", isTyped: false) { try db.run(statement) }
        for statement in db.dialect.fullTextTable("account_search", isTyped: true) { try db.run(statement) }
    }
}
