/// Which words a text must have to be found; each engine writes it in its own form.
public struct SearchTerms: Sendable, Hashable {
    /// Words that stand one after the other.
    public struct Phrase: Sendable, Hashable {
        /// At least one; see `SearchWords`.
        public let words: [String]
        /// Texts that have it are left out.
        public let isExcluded: Bool
        /// The last word may go on.
        public let isPrefix: Bool

        /// Takes the words of a text; nil when there are none.
        public init?(_ text: String, isExcluded: Bool = false, isPrefix: Bool = false) {
            words = SearchWords.words(of: text, limit: 40)
            self.isExcluded = isExcluded
            self.isPrefix = isPrefix
            if words.isEmpty { return nil }
        }

        /// Takes a mark as it is stored.
        init(mark: SearchMark, isExcluded: Bool = false) {
            words = [mark.word]
            self.isExcluded = isExcluded
            isPrefix = false
        }
    }

    /// All of them are wanted, or unwanted.
    public private(set) var phrases: [Phrase] = []

    /// Starts without any.
    public init() {}

    /// Whether something is wanted; what only leaves out finds nothing.
    public var wantsSomething: Bool { phrases.contains { !$0.isExcluded } }

    /// Adds a phrase, up to 20 of them.
    mutating func add(_ phrase: Phrase?) {
        guard let phrase, phrases.count < 20 else { return }
        phrases.append(phrase)
    }

    /// Adds what a mark asks for.
    public mutating func add(_ mark: SearchMark, isExcluded: Bool = false) {
        add(Phrase(mark: mark, isExcluded: isExcluded))
    }

    /// Takes every word as one that may go on, for finding people while their name is typed.
    public init(prefixesOf text: String) {
        for word in SearchWords.words(of: text, limit: 10) { add(Phrase(word, isPrefix: true)) }
    }
}

/// What is stored among a post's words so that the index finds it by more than what it says.
///
/// Marks have no letters beyond ASCII's, so both engines take each as one word.
public enum SearchMark: Sendable, Hashable {
    /// It was written by this account.
    case author(Account.ID)
    /// It has this: an image, a video, a sound, any of them, a link, a poll.
    case has(Part)
    /// It answers another post.
    case reply

    /// What a post may have.
    public enum Part: String, Sendable, CaseIterable {
        /// An image, a video or a sound.
        case media
        /// An image.
        case image
        /// A video.
        case video
        /// A sound.
        case audio
        /// A link to a page.
        case link
        /// A poll.
        case poll
    }

    /// The word that is stored.
    public var word: String {
        switch self {
        case .author(let id): "xauthorx\(id)"
        case .has(let part): "xhasx\(part.rawValue)"
        case .reply: "xisxreply"
        }
    }
}
