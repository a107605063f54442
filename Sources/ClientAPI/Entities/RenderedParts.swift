import Domain
import Synchronization
import Vocabulary

/// JSON of posts and accounts that is the same for every reader at a school, kept while what it was made of stays as it
/// is.
///
/// A part is given again only for a post or account that equals the one it was made of, so that nobody has to tell of
/// changes. What was not asked for while `capacity` bytes of others were kept is dropped.
final class RenderedParts: Sendable {
    /// What a part is made of.
    enum Source: Sendable, Equatable {
        case post(Post)
        case account(Account)

        fileprivate var id: Int64 {
            switch self {
            case .post(let post): post.id.rawValue
            case .account(let account): account.id.rawValue
            }
        }
    }

    private struct Key: Hashable {
        let school: School.ID
        let source: Int64
    }

    private struct Part {
        let source: Source
        let json: [UInt8]
    }

    private struct Kept {
        var young: [Key: Part] = [:]
        var old: [Key: Part] = [:]
        var youngBytes = 0

        mutating func keep(_ part: Part, _ key: Key, _ capacity: Int) {
            if youngBytes > capacity { (old, young, youngBytes) = (young, [:], 0) }
            youngBytes += part.json.count
            young[key] = part
        }
    }

    private let kept = Mutex(Kept())
    private let capacity: Int

    /// Keeps at most twice so many bytes of JSON.
    init(capacity: Int = 4 << 20) {
        self.capacity = capacity
    }

    /// The JSON of a source as people of a school read it, as it was made before or is made now.
    func json(of source: Source, for school: School, _ make: () -> JSONObject) -> [UInt8] {
        let key = Key(school: school.id, source: source.id)
        let known = kept.withLock { kept in
            kept.young[key]
                ?? kept.old[key].map { part in
                    kept.keep(part, key, capacity)
                    return part
                }
        }
        if let known, known.source == source { return known.json }
        let part = Part(source: source, json: JSONWriter.write(.object(make())))
        kept.withLock { $0.keep(part, key, capacity) }
        return part.json
    }
}
