import HTTPTypes
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("The description of the client API")
    struct DescriptionTests {
        @Test("every route below /api and /oauth is described, and what is described is there")
        func routes() async throws {
            try await Visitor.use { visitor async throws in
                let answer = try await visitor.send(.get, "/api/openapi.yaml")
                #expect(answer.status == 200)
                #expect(answer.headers[.contentType] == "application/yaml")
                let described = Self.operations(answer.text)
                let served = Set(
                    visitor.routes.filter { _, path in ["/api/", "/oauth/"].contains(where: path.hasPrefix) }
                        .map { method, path in
                            let parts = path.split(separator: "/").map { part in
                                part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                            }
                            return "\(method.rawValue.lowercased()) /\(parts.joined(separator: "/"))"
                        }
                )
                #expect(served.count > 100)
                #expect(served.subtracting(described).sorted() == [], "not in Docs/openapi.yaml")
                #expect(described.subtracting(served).sorted() == [], "only in Docs/openapi.yaml")
            }
        }

        /// Methods and paths of a description that is written as ours is: paths by two spaces, methods by four.
        private static func operations(_ text: String) -> Set<String> {
            var (path, found) = ("", Set<String>())
            let lines = text.split(separator: "\n").drop { $0 != "paths:" }.dropFirst()
            for line in lines.prefix(while: { $0.hasPrefix(" ") }) where line.hasSuffix(":") {
                let name = line.dropLast().trimmingPrefix { $0 == " " }
                switch line.count - 1 - name.count {
                case 2: path = String(name)
                case 4: found.insert("\(name) \(path)")
                default: break
                }
            }
            return found
        }

        @Test("what is on no route is refused with the words that apps look for, too")
        func elsewhere() async throws {
            try await Visitor.use { visitor async throws in
                let nothing = try await visitor.send(.get, "/api/v1/nothing")
                #expect(nothing.status == 404 && nothing.json?.object?["error"] == "Not Found")
                let other = try await visitor.send(.delete, "/api/v2/instance")
                #expect(other.status == 405 && other.json?.object?["error"] == "Method Not Allowed")
                #expect(try await visitor.send(.get, "/api/v2/instance").status == 200)
            }
        }
    }
}
