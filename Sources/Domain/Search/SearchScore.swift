private import Foundation

/// How well a post answers a search: the same on every engine.
///
/// What it says counts most, as in BM25: each phrase by how often it stands there, less in long posts. New posts, liked
/// and boosted ones and those of people whom the reader follows come before equals.
public struct SearchScore {
    private let phrases: [[String]]
    private let now: Timestamp

    /// A post of usual length, in words.
    private static let usualLength = 40.0

    /// Judges by what a query wants; phrases that are left out do not count.
    public init(_ terms: SearchTerms, now: Timestamp) {
        phrases = terms.phrases.filter { !$0.isExcluded }.map(\.words)
        self.now = now
    }

    /// The score; higher is better.
    public func score(of post: Post, reactions: Int, isFollowed: Bool) -> Double {
        let words = post.searchWords
        let length = 1.2 * (0.25 + 0.75 * Double(words.count) / Self.usualLength)
        let text = phrases.reduce(0.0) { sum, phrase in
            let count = Double(Self.count(phrase, in: words))
            return sum + count / (count + length)
        }
        let days = Double(max(0, (now - post.publishedAt).milliseconds)) / 86_400_000
        return 2 * text + 1 / (1 + days / 30) + 0.1 * log2(Double(1 + max(0, reactions)))
            + (isFollowed ? 0.3 : 0)
    }

    private static func count(_ phrase: [String], in words: [String]) -> Int {
        guard !phrase.isEmpty, phrase.count <= words.count else { return 0 }
        return (0...(words.count - phrase.count)).count { start in
            words[start..<(start + phrase.count)].elementsEqual(phrase)
        }
    }
}
