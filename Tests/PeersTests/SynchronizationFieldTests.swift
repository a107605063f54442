import Domain
import Peers
import Testing

@Suite("The Collection-Synchronization field")
struct SynchronizationFieldTests {
    private static let digest = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"

    private func value(
        collection: String = "https://a.example/users/1/followers",
        url: String = "https://a.example/users/1/followers_synchronization",
        digest: String = digest
    ) -> String {
        "collectionId=\"\(collection)\", url=\"\(url)\", digest=\"\(digest)\""
    }

    @Test("the digest is that of FEP-8fcf's example, in any order, and 64 zeros for nobody")
    func digest() throws {
        let followers = try ["https://testing.example.org/users/1", "https://testing.example.org/users/2"].map
        { try URI($0) }
        #expect(SynchronizationField.digest(of: followers) == Self.digest)
        #expect(SynchronizationField.digest(of: followers.reversed()) == Self.digest)
        #expect(SynchronizationField.digest(of: []) == String(repeating: "0", count: 64))
    }

    @Test("what is written is read again")
    func roundTrip() throws {
        let field = try #require(SynchronizationField(value()))
        #expect(field.value == value())
        #expect(field.collection.description == "https://a.example/users/1/followers")
        #expect(
            SynchronizationField(
                "digest=\"\(Self.digest.uppercased())\",url=\"https://a.example/x\",collectionId=\"https://a.example/y\""
            )?.digest == Self.digest
        )
    }

    @Test(
        "anything else is none",
        arguments: ["", "x", "collectionId=", "collectionId=\"", "=\"\"", "a=\"b\""]
    )
    func malformed(text: String) {
        #expect(SynchronizationField(text) == nil)
    }

    @Test("a list at another origin, a doubled parameter and a digest of another length are refused")
    func refused() {
        #expect(SynchronizationField(value(url: "https://b.example/x")) == nil)
        #expect(SynchronizationField(value(url: "https://a.example:444/x")) == nil)
        #expect(SynchronizationField(value(digest: "00")) == nil)
        #expect(SynchronizationField(value() + ", digest=\"\(Self.digest)\"") == nil)
        #expect(SynchronizationField(value() + String(repeating: " ", count: 9_000)) == nil)
    }
}
