extension Post {
    /// The words by which it is found: of its title, summary and text, hashtags among them.
    public var searchWords: [String] {
        let hashtags = body.hashtags.joined(separator: " ")
        return SearchWords.words(of: "\(body.title)\n\(body.summary)\n\(body.text)\n\(hashtags)")
    }
}
