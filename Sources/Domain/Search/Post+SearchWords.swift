extension Post {
    /// The words by which it is found: of its summary and text, hashtags among them.
    public var searchWords: [String] {
        SearchWords.words(of: "\(body.summary)\n\(body.text)\n\(body.hashtags.joined(separator: " "))")
    }
}
