import COpenAPI
import HTTPTypes
import Hummingbird
import NIOCore

extension ClientResponse {
    /// The description of the API for programs, `Docs/openapi.yaml`, for everybody; it may be kept for an hour.
    ///
    /// Spec: OpenAPI 3.1.0; RFC 9512 for the media type.
    static var description: Response {
        let bytes = UnsafeBufferPointer(start: staffroom_openapi_bytes(), count: staffroom_openapi_count())
        return Response(
            status: .ok,
            headers: [.contentType: "application/yaml", .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
