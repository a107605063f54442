import Testing

/// The tests of pages and of the client API run one by one: each has a database of its own, and all at once they would
/// take the time from the tests beside them that measure it.
@Suite("For people and their apps", .serialized)
struct WebsiteTests {}
