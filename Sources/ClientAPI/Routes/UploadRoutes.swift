import Domain
import HTTPTypes
import Hummingbird
import Media
import Outbox
import Server
import Storage
import Vocabulary

/// Pictures, films and recordings before a post has them.
///
/// A picture is ready when its upload is answered, so neither version of the call ever answers that it is not yet.
struct UploadRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.post("v1/media") { try await upload($0, $1) }
        api.post("v2/media") { try await upload($0, $1) }
        api.get("v1/media/:id") { try await show($0, $1) }
        api.put("v1/media/:id") { try await change($0, $1) }
        api.delete("v1/media/:id") { try await remove($0, $1) }
    }

    private func upload(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:media")
        let upload = try await desk.media.receive(for: caller.account.id) { file in
            let form = try await MultipartForm.read(request, limit: desk.media.limits.bytes + (1 << 19)) {
                name,
                bytes in
                // Whatever else is sent beside it, such as a thumbnail, is made here.
                if name == "file" { try await file.write(bytes) }
            }
            guard file.count > 0 else { throw Problem(.unprocessableContent, detail: "There is no file") }
            return try await desk.media.add(
                file,
                for: caller.account.id,
                description: form["description"] ?? "",
                focus: form["focus"].flatMap { Post.Attachment.Focus(clientText: $0) }
            )
        }
        return answer(upload, caller.school)
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:media")
        let id = try context.uploadID()
        let upload = try await desk.database.read { try $0.uploads.find(id, of: caller.account.id) }
        guard let upload, upload.post == nil else { throw Problem(.notFound, detail: "Record not found") }
        return answer(upload, caller.school)
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:media")
        let id = try context.uploadID()
        let parameters = try await Parameters(request, context)
        let text = PostDraft.UploadText(
            id,
            description: parameters.text("description"),
            focus: parameters.text("focus").flatMap { Post.Attachment.Focus(clientText: $0) }
        )
        return answer(
            try await known { try await desk.publisher.describe(text, as: caller.account.id) },
            caller.school
        )
    }

    private func remove(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:media")
        let id = try context.uploadID()
        try await known { try await desk.publisher.removeUpload(id, as: caller.account.id) }
        return ClientResponse.json([:])
    }

    /// Here an upload that is not there is what the path names, and not a mistake in a parameter.
    private func known<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch OutboxError.noSuchUpload {
            throw Problem(.notFound, detail: "Record not found")
        }
    }

    private func answer(_ upload: Upload, _ school: School) -> Response {
        let attachment = upload.attachment(at: school.origin)
        let entity = AttachmentEntity.make(attachment, at: school, id: upload.id.description)
        return ClientResponse.json(.object(entity))
    }
}

extension ServerContext {
    /// The upload id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func uploadID() throws -> Upload.ID {
        guard let id = parameters.get("id").flatMap({ Upload.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
