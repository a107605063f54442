import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Logging
import Media
import Outbox
import Peers
import Server
import Storage

/// Turns what the pages' routes throw into a page that says what to do, in plain words.
struct PageErrors: RouterMiddleware {
    let desk: WebDesk

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem.from(translated(error), context: context)
            // Whoever cannot be looked up now still gets a page.
            let visit = try? await desk.visit(request, context)
            return page(problem, visit)
        }
    }

    private func page(_ problem: Problem, _ visit: Visit?) -> Response {
        var page = Page(visit, title: Self.title(problem.status))
        let text = problem.detail ?? Self.text(problem.status, isSignedIn: visit?.person != nil)
        page.body = "<p class=\"error\" role=\"alert\">\(HTMLEscape.text(text))</p>"
        page.body += "<p><a href=\"\(visit?.person == nil ? "/" : "/home")\">Back to the start</a></p>"
        var headers = problem.headers
        if let seconds = problem.retryAfter { headers[.retryAfter] = "\(seconds)" }
        return page.response(problem.status, headers: headers)
    }

    /// The texts for people of errors that the rest of the server has texts for operators for.
    private func translated(_ error: any Error) -> any Error {
        switch error {
        case OutboxError.noSuchDraft, OutboxError.noSuchThing: Problem(.notFound)
        case let error as OutboxError:
            Problem(.unprocessableContent, detail: Self.sentence(error.description))
        case let error as MediaError: error.problem
        case CaseError.noSuchReport, CaseError.noSuchAccount: Problem(.notFound)
        case let error as CaseError:
            Problem(
                error == .notAllowed ? .forbidden : .unprocessableContent,
                detail: Self.sentence(error.description)
            )
        case let error as FetchError:
            Problem(
                error.isTransient ? .serviceUnavailable : .unprocessableContent,
                detail: error.personText,
                retryAfter: error.isTransient ? 60 : nil
            )
        case let error as ActorError: Problem(.unprocessableContent, detail: error.personText)
        case let error as PasswordError:
            Problem(.serviceUnavailable, detail: Self.sentence(error.description), retryAfter: 5)
        default: error
        }
    }

    private static func title(_ status: HTTPResponse.Status) -> String {
        switch status.code {
        case 404, 410: "Nothing here"
        case 403: "That is not allowed"
        case 429: "Too many attempts"
        case 503: "Busy just now"
        case 500...: "Something went wrong"
        default: "That did not work"
        }
    }

    private static func text(_ status: HTTPResponse.Status, isSignedIn: Bool) -> String {
        switch status.code {
        case 404, 410:
            "There is no such page, or it is not for you to see."
                + (isSignedIn ? "" : " If you have an account, sign in first.")
        case 413: "That is too long."
        case 503: "The server cannot take this just now. Nothing was changed; try again in a minute."
        case 500...: "Something went wrong here. Try again later, or tell your school's admin."
        default: "The server could not make sense of that."
        }
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }
}
