import Storage
import Testing

@Suite("Rows and values")
struct SQLRowTests {
    private func row(_ value: SQLValue) -> SQLRow {
        SQLRow(columns: SQLRow.Columns(["other", "value"]), values: [.null, value])
    }

    @Test("every type reads what it has stored")
    func roundTrips() throws {
        #expect(try row(42.sqlValue)["value"] == 42)
        #expect(try row(Int64.min.sqlValue)["value"] == Int64.min)
        #expect(try row(true.sqlValue)["value"] == true)
        #expect(try row(false.sqlValue)["value"] == false)
        #expect(try row("grüß".sqlValue)["value"] == "grüß")
        #expect(try row(([0, 255] as [UInt8]).sqlValue)["value"] == [0, 255] as [UInt8])
        #expect(try row(1.5.sqlValue)["value"] == 1.5)
        #expect(try row(.integer(3))["value"] == 3.0)
        #expect(try row((nil as Int?).sqlValue)["value"] == nil as Int?)
        #expect(try row((7 as Int?).sqlValue)["value"] == 7 as Int?)
    }

    @Test("a value of another type is an error that names the column and shows no value")
    func mismatches() {
        func error<Value: SQLDecodable>(_ value: SQLValue, as type: Value.Type) -> StorageError? {
            #expect(throws: StorageError.self) { let _: Value = try row(value)["value"] }
        }
        #expect(
            error(.text("secret"), as: Int.self)
                == .decode(column: "value", reason: "expected an integer, found text")
        )
        #expect(
            error(.null, as: String.self) == .decode(column: "value", reason: "expected text, found NULL")
        )
        #expect(error(.integer(2), as: Bool.self) != nil)
        #expect(error(.text("1"), as: Bool?.self) != nil)
        #expect(error(.blob([]), as: String.self) != nil)
        #expect(error(.text(""), as: [UInt8].self) != nil)
        #expect(error(.integer(.max), as: Double.self) != nil)
        #expect(error(.real(1), as: Int.self) != nil)
    }

    @Test("a column that is not there is an error that names it; names are exact")
    func missingColumn() {
        let error = #expect(throws: StorageError.self) { let _: Int? = try row(.null)["VALUE"] }
        #expect(error == .decode(column: "VALUE", reason: "the result has no such column"))
    }

    @Test("NULL through an optional row is nil")
    func optionalRow() throws {
        func due(_ row: SQLRow?) throws -> Int? { try row?["value"] }
        #expect(try due(row(.null)) == nil)
        #expect(try due(row(.integer(5))) == 5)
        #expect(try due(nil) == nil)
    }

    @Test("composed and decomposed text are different values")
    func normalisation() {
        let composed = SQLValue.text("caf\u{E9}")
        let decomposed = SQLValue.text("cafe\u{301}")
        #expect("caf\u{E9}" == "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
    }

    @Test("only errors that time or room can mend are transient")
    func transience() {
        let transient: [StorageError] = [.unavailable(reason: ""), .full, .busy, .closed]
        let lasting: [StorageError] = [
            .constraint(on: "a.b"), .newerSchema(found: 2, known: 1), .locked(path: "/x", processID: 7),
            .corrupt(reason: ""), .decode(column: "a", reason: ""), .rejected(reason: ""),
        ]
        #expect(transient.allSatisfy { $0.isTransient })
        #expect(!lasting.contains { $0.isTransient })
        #expect(StorageError.locked(path: "/x", processID: 7).operatorText.contains("process 7"))
        #expect((transient + lasting).allSatisfy { !$0.operatorText.isEmpty && "\($0)" == $0.operatorText })
    }
}
