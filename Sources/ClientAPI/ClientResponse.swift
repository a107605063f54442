import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

/// Makes responses of the client API.
enum ClientResponse {
    static func json(_ value: JSONValue, link: String? = nil) -> Response {
        var fields: HTTPFields = [
            .contentType: "application/json; charset=utf-8", .cacheControl: "private, no-store",
        ]
        if let link { fields[.webLink] = link }
        return Response(
            status: .ok,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter.write(value)))
        )
    }

    /// A page of a list with the addresses of its neighbours.
    ///
    /// Spec: RFC 8288; clients take `max_id` and `min_id` from it.
    static func page(_ items: [JSONValue], first: Int64?, last: Int64?, of school: School, _ request: Request)
        -> Response
    {
        page(.array(items), first: first, last: last, of: school, request)
    }

    /// The same for a list that is part of something.
    static func page(_ value: JSONValue, first: Int64?, last: Int64?, of school: School, _ request: Request)
        -> Response
    {
        guard let first, let last else { return json(value) }
        let path = "\(school.origin)\(request.uri.path)"
        // As they were sent, encoded.
        let kept = (request.uri.query ?? "").split(separator: "&")
            .filter { field in !["max_id=", "min_id=", "since_id="].contains { field.hasPrefix($0) } }
            .map { "\($0)&" }.joined()
        guard
            kept.utf8.allSatisfy({
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "\"")
            })
        else {
            return json(value)
        }
        return json(
            value,
            link:
                "<\(path)?\(kept)max_id=\(last)>; rel=\"next\", <\(path)?\(kept)min_id=\(first)>; rel=\"prev\""
        )
    }
}

extension HTTPField.Name {
    /// `Link`.
    static let webLink = HTTPField.Name("Link") ?? .location
}
