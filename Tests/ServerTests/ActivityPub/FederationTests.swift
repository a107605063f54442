import Testing

/// The routes for other servers, tested one after another: each test runs a server and a database of its own, and
/// the tests of time limits that run beside them need their share of the machine.
@Suite("What other servers see", .serialized)
enum FederationTests {}
