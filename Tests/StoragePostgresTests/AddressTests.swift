import Storage
import Testing

@testable import StoragePostgres

@Suite("PostgreSQL addresses")
struct AddressTests {
    @Test(
        "an address is shown without its password",
        arguments: [
            ("postgres://ada:secret@db.example:5433/school", "postgres://ada@db.example:5433/school"),
            (
                "postgresql://ada@db.example/school?password=secret&sslmode=verify-full",
                "postgres://ada@db.example/school"
            ),
            (
                "postgres://ada:s%40crét@%2Frun%2Fpostgresql/school",
                "postgres://ada@%2Frun%2Fpostgresql/school"
            ),
            ("postgres:///school", "postgres:///school"),
            ("postgres://a,b/school?target_session_attrs=read-write", "postgres://a,b/school"),
        ]
    )
    func description(_ text: String, _ shown: String) throws {
        let address = try PostgresAddress(text)
        #expect("\(address)" == shown)
        #expect(address.text == text)
    }

    @Test(
        "what libpq cannot read is refused without repeating it",
        arguments: [
            "postgres://ada:secret@[::1/school", "postgres://ada:secret@h/school?nothing=1",
            "mysql://ada:secret@h/x",
            "secret.sqlite", "", "postgres://ada:secret%ZZ@h/school", "postgres://h/secret\0",
        ]
    )
    func refusal(_ text: String) throws {
        let error = #expect(throws: StorageError.self) { try PostgresAddress(text) }
        #expect(!"\(String(describing: error))".contains("secret"))
    }

    @Test("a path is no address")
    func paths() {
        #expect(!PostgresAddress.isAddress("staffroom.sqlite"))
        #expect(!PostgresAddress.isAddress("/postgres://"))
        #expect(PostgresAddress.isAddress("postgresql://h/x"))
    }
}
