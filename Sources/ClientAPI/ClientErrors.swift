import Access
import HTTPTypes
import Hummingbird
import Logging
import Media
import NIOCore
import Outbox
import Peers
import Server
import Storage
import Vocabulary

/// Turns what the routes throw into the form that clients read: `{"error": "..."}`.
struct ClientErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return response(problem(for: error), context)
        }
    }

    private func problem(for error: any Error) -> Problem {
        switch error {
        case let error as MediaError: error.problem
        case let error as OutboxError: Problem(error.status, detail: error.description)
        case let error as CaseError: Problem(error.status, detail: error.description)
        case let error as FetchError:
            Problem(
                error.isTransient ? .serviceUnavailable : .notFound,
                detail: error.personText,
                retryAfter: 60
            )
        case let error as OAuthError: Problem(.unprocessableContent, detail: error.description)
        case let error as ActorError: Problem(.unprocessableContent, detail: error.personText)
        default: Problem.from(error)
        }
    }

    private func response(_ problem: Problem, _ context: ServerContext) -> Response {
        if let cause = problem.cause {
            context.logger.error("request failed", metadata: ["cause": "\(cause)"])
        }
        var fields = problem.headers
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.cacheControl] = "no-store"
        if let seconds = problem.retryAfter, problem.status.code >= 429 { fields[.retryAfter] = "\(seconds)" }
        let document: JSONValue = ["error": .string(problem.detail ?? problem.status.reasonPhrase)]
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter.write(document)))
        return Response(status: problem.status, headers: fields, body: body)
    }
}

extension OutboxError {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .noSuchPost, .noSuchAccount, .noSuchThing, .noSuchDraft: .notFound
        case .noSuchUpload: .unprocessableContent
        case .notYourPost, .notAbleToAct, .notAPartner, .blocked, .repliesClosed, .boostsClosed,
            .hasMoved, .quotesClosed, .audienceClosed:
            .forbidden
        case .notFound, .notBoostable, .staysHere, .badText, .pointless, .tooMany, .isElsewhere,
            .unconfirmedMove, .movedLately, .nameIsTaken:
            .unprocessableContent
        case .tooOften, .renamedLately: .tooManyRequests
        }
    }
}

extension CaseError {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .noSuchReport, .noSuchAccount: .notFound
        case .notAllowed, .ofSameRank, .notOfThisSchool: .forbidden
        case .notAModerator, .isResolved, .isNotResolved, .badNote: .unprocessableContent
        }
    }
}
