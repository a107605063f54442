import Server
import Testing

@Suite("Form fields")
struct FormFieldsTests {
    @Test("names are decoded like values: some clients escape the brackets of a list")
    func names() {
        let fields = FormFields("id%5B%5D=7&id[]=8&q=a+b%2Bc")
        #expect(fields.all.map(\.name) == ["id[]", "id[]", "q"])
        #expect(fields.all.map(\.value) == ["7", "8", "a b+c"])
    }

    @Test(
        "what is no escape stays as it was sent",
        arguments: [
            ("a=100%", "100%"), ("a=%4", "%4"), ("a=%zz", "%zz"), ("a=%4z%41", "%4zA"), ("a", ""),
            ("a=b=c", "b=c"),
            ("a=%C3%A9", "é"),
        ]
    )
    func oddities(text: String, value: String) {
        #expect(FormFields(text)["a"] == value)
    }

    @Test("NUL characters are replaced in names and values, escaped or not")
    func nullCharacter() {
        let fields = FormFields("st%00atus=a%00b\0c&d=e")
        #expect(fields.all.map(\.name) == ["st\u{FFFD}atus", "d"])
        #expect(fields.all.map(\.value) == ["a\u{FFFD}b\u{FFFD}c", "e"])
    }

    @Test("bytes that are no UTF-8 trap nothing")
    func invalid() {
        #expect(FormFields("a=%FF%FE")["a"] == "\u{FFFD}\u{FFFD}")
    }
}
