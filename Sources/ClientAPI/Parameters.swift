import HTTPTypes
import Hummingbird
import Server
import Storage
import Vocabulary

/// The parameters of a request: its query, and its body as JSON or as a form.
struct Parameters: Sendable {
    /// The longest body in bytes.
    static let maximumBytes = 1 << 18

    var values: [(key: String, value: JSONValue)] = []

    /// Takes parameters that have been read.
    init(_ values: [(key: String, value: JSONValue)]) {
        self.values = values
    }

    /// Reads query and body, or the body alone, for secrets that must not stand in addresses.
    ///
    /// - Throws: `Problem`: 400 for a body that is not what it says, 413 for one that is too long, 415 for other types.
    init(_ request: Request, _ context: ServerContext, readsQuery: Bool = true) async throws {
        // Read by the same rules as a form: clients escape the brackets of `id[]` too.
        if readsQuery { add(FormFields(request.uri.query ?? "")) }
        // Clients name in the body of a DELETE whom to take out of a list.
        guard [.post, .put, .patch, .delete].contains(request.method) else { return }
        if MultipartForm.isBody(of: request) {
            let form = try await MultipartForm.read(request, limit: Self.maximumBytes) { _, _ in
                throw Problem(.unsupportedMediaType, detail: "Files are sent to /api/v2/media")
            }
            self.add(form.fields)
            return
        }
        let body = try await request.collectBody(limit: Self.maximumBytes, context)
        guard !body.isEmpty else { return }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        switch type {
        case "application/json":
            guard case .object(let object)? = try? JSONParser.parse(body) else {
                throw Problem(.badRequest, detail: "The body is no JSON object")
            }
            values += object.members.map { ($0.key, $0.value) }
        case "application/x-www-form-urlencoded", "":
            add(FormFields(String(decoding: body, as: UTF8.self)))
        default: throw Problem(.unsupportedMediaType, detail: "Send JSON or a form")
        }
    }

    /// Takes the fields of a form that has been read.
    init(_ form: MultipartForm) {
        add(form.fields)
    }

    private mutating func add(_ fields: FormFields) { add(fields.all) }

    private mutating func add(_ fields: [(name: String, value: String)]) {
        values += fields.map { ($0.name, .string($0.value)) }
    }

    /// The text of a parameter; numbers and truth values of JSON count as their text.
    func text(_ name: String) -> String? {
        switch values.last(where: { $0.key == name })?.value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let value): "\(value)"
        default: nil
        }
    }

    /// The texts of a list, written `name[]=a&name[]=b`, or as an array of JSON.
    func texts(_ name: String) -> [String] {
        values.filter { $0.key == name || $0.key == "\(name)[]" }.flatMap {
            $0.value.asList.compactMap(\.string)
        }
    }

    /// The texts of a list of objects, written `name[][a]=x&name[][b]=y`, where a member that is there begins the next, or
    /// as an array of JSON.
    func objects(_ name: String) -> [[String: String]] {
        var objects: [[String: String]] = []
        for (key, value) in values {
            if key == name {
                for case .object(let object) in value.asList {
                    objects.append(
                        Dictionary(
                            object.members.compactMap { member in member.value.string.map { (member.key, $0) }
                            },
                            uniquingKeysWith: { $1 }
                        )
                    )
                }
            } else if key.hasPrefix("\(name)[]["), key.hasSuffix("]"), let text = value.string {
                let member = String(key.dropFirst(name.count + 3).dropLast())
                if objects.last.map({ $0[member] == nil }) ?? false {
                    objects[objects.count - 1][member] = text
                } else {
                    objects.append([member: text])
                }
            }
        }
        return objects
    }

    /// The values of a list, written as `texts` says.
    func list(_ name: String) -> [JSONValue] {
        values.filter { $0.key == name || $0.key == "\(name)[]" }.flatMap { $0.value.asList }
    }

    /// Whether a parameter is there, be it empty.
    func isGiven(_ name: String) -> Bool { values.contains { $0.key == name } }

    /// The value of a parameter as it came.
    func value(_ name: String) -> JSONValue? { values.last { $0.key == name }?.value }

    /// A truth value; nil when it is not given.
    func flag(_ name: String) -> Bool? { Self.isTrue(text(name)) }

    /// Reads a truth value.
    static func isTrue(_ text: String?) -> Bool? {
        text.map { !["false", "0", "f", "off", ""].contains($0.lowercased()) }
    }

    /// An id.
    ///
    /// - Throws: `Problem` with status 400 when it is none.
    func id(_ name: String) throws -> Int64? {
        guard let text = text(name), !text.isEmpty else { return nil }
        guard let id = Int64(text), id >= 0 else { throw Problem(.badRequest, detail: "\(name) is no id") }
        return id
    }

    /// How many are wanted, clamped to 1...40, or another most.
    func limit(_ standard: Int = 20, most: Int = 40) -> Int {
        min(max(text("limit").flatMap { Int($0) } ?? standard, 1), most)
    }

    /// How many entries are passed over, at most 10,000.
    ///
    /// - Throws: `Problem` with status 400 for what is no number.
    func offset() throws -> Int {
        guard let text = text("offset") else { return 0 }
        guard let offset = Int(text) else { throw Problem(.badRequest, detail: "offset is no number") }
        return min(max(offset, 0), 10_000)
    }

    /// Which part of a timeline is wanted.
    ///
    /// - Throws: `Problem` with status 400 for an id that is none.
    func page() throws -> HomeTimelineView.Page {
        HomeTimelineView.Page(
            before: try id("max_id"),
            since: try id("since_id"),
            after: try id("min_id"),
            limit: limit()
        )
    }
}
