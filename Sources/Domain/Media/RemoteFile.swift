/// A peer's picture, film or recording, as a copy of it is kept here for a while, or the memory that it could not be had.
public struct RemoteFile: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<RemoteFile>

    /// What is kept of it.
    public struct Copy: Sendable, Hashable {
        /// The SHA-256 of its bytes in hexadecimal.
        public let file: String
        /// The media type, by its content.
        public let mediaType: String
        /// In bytes.
        public let size: Int64

        /// Puts a copy together.
        public init(file: String, mediaType: String, size: Int64) {
            self.file = file
            self.mediaType = mediaType
            self.size = size
        }
    }

    /// The row's id.
    public let id: ID
    /// Where it is at home, without a fragment.
    public let url: URI
    /// What is kept; nil when it could not be had.
    public var copy: Copy?
    /// When it was asked for.
    public var fetchedAt: Timestamp
    /// When somebody looked at it last, to the hour.
    public var usedAt: Timestamp
    /// When it may be asked for again, after it could not be had.
    public var againAt: Timestamp?

    /// Puts a file together.
    public init(
        id: ID,
        url: URI,
        copy: Copy?,
        fetchedAt: Timestamp,
        usedAt: Timestamp,
        againAt: Timestamp? = nil
    ) {
        self.id = id
        self.url = url
        self.copy = copy
        self.fetchedAt = fetchedAt
        self.usedAt = usedAt
        self.againAt = againAt
    }
}
