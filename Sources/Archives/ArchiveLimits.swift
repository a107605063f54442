/// What an archive may ask of the server, whoever made it.
public struct ArchiveLimits: Sendable, Hashable {
    /// The bytes of an archive or table that is sent to be imported.
    public var uploadBytes = 1 << 30
    /// The bytes that it may unpack to, all entries together.
    public var unpackedBytes = 4 << 30
    /// How many times its own size it may unpack to.
    public var ratio = 200
    /// What any archive may unpack to, whatever its ratio: small ones are mostly text.
    public var freeBytes = 64 << 20
    /// How many entries it may have.
    public var entries = 200_000
    /// How many of its posts are taken.
    public var posts = 100_000
    /// The bytes of one post's document.
    public var itemBytes = 1 << 20
    /// How many rows of one table are taken.
    public var rows = 20_000
    /// The bytes of one row of a table.
    public var rowBytes = 8_192
    /// How many refused items are kept with their reasons; the others are counted.
    public var refusals = 1_000
    /// How many pictures, films and recordings of one post are taken.
    public var media = 4

    /// Makes the limits with their defaults.
    public init() {}

    /// The bytes that an archive of a size may unpack to.
    func unpackedBytes(of size: Int) -> Int {
        let (most, overflows) = size.multipliedReportingOverflow(by: ratio)
        return min(unpackedBytes, max(freeBytes, overflows ? .max : most))
    }
}
