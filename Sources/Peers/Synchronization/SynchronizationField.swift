public import Domain
import HTTPSignatures

/// The header field by which a server says which followers of an account it knows at another server.
///
/// Spec: FEP-8fcf.
public struct SynchronizationField: Sendable, Hashable {
    /// The field's name.
    public static let name = "Collection-Synchronization"
    /// The longest value that is read, in bytes.
    private static let longest = 8_192

    /// The id of the followers collection.
    public let collection: URI
    /// Where the part of it that belongs to the receiver can be fetched.
    public let partial: URI
    /// The digest of that part, as `SetDigest` writes it.
    public let digest: String

    /// States the followers at one host.
    public init(collection: URI, partial: URI, followers: [URI]) {
        self.collection = collection
        self.partial = partial
        digest = Self.digest(of: followers)
    }

    /// Reads a value; nil when it is none, or leads away from the collection's origin.
    public init?(_ value: String) {
        guard value.utf8.count <= Self.longest else { return nil }
        var parameters: [Substring: Substring] = [:]
        var rest = value[...]
        while !rest.isEmpty {
            rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let name = rest[..<equals]
            let quoted = rest[rest.index(after: equals)...]
            guard quoted.first == "\"", let end = quoted.dropFirst().firstIndex(of: "\"") else { return nil }
            guard
                parameters.updateValue(quoted[quoted.index(after: quoted.startIndex)..<end], forKey: name)
                    == nil
            else { return nil }
            rest = quoted[quoted.index(after: end)...]
        }
        guard let collection = parameters["collectionId"].flatMap({ try? URI(String($0)) }),
            let partial = parameters["url"].flatMap({ try? URI(String($0)) }),
            partial.origin == collection.origin,
            let digest = parameters["digest"]?.lowercased(), digest.utf8.count == 64
        else { return nil }
        self.collection = collection
        self.partial = partial
        self.digest = digest
    }

    /// The field's value.
    public var value: String { "collectionId=\"\(collection)\", url=\"\(partial)\", digest=\"\(digest)\"" }

    /// The digest of some followers.
    public static func digest(of followers: [URI]) -> String {
        SetDigest.hex(of: followers.lazy.map(\.description))
    }
}
