import HTTPTypes
public import Hummingbird
import Logging
import Storage

/// Makes the router that all routes are added to.
public enum ServerRouter {
    /// Makes an empty router, in which every error becomes a problem document and HEAD works like GET.
    public static func make() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: ProblemMiddleware())
        return router
    }

    /// Adds a 405 for every method that a path lacks, so that 404 is left for paths that are not there.
    ///
    /// To be called once, after the last route. Spec: RFC 9110 section 15.5.6.
    static func refuseOtherMethods(_ router: Router<ServerContext>) {
        var methods: [String: (path: RouterPath, methods: [HTTPRequest.Method])] = [:]
        for route in router.routes {
            methods[route.path.description, default: (route.path, [])].methods.append(route.method)
        }
        for (path, present) in methods.values {
            let offered = present.contains(.get) ? present + [.head] : present
            let allow = Set(offered.map(\.rawValue)).sorted().joined(separator: ", ")
            for method in all where !offered.contains(method) {
                router.on(path, method: method) { _, _ -> Response in
                    throw Problem(.methodNotAllowed, headers: [.allow: allow])
                }
            }
        }
    }

    private static let all: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .patch, .options, .trace, .connect,
    ]
}

/// Turns what routes throw into problem documents, and logs the cause of those that are our fault.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Problem.from(error, context: context).response()
        }
    }
}

extension Problem {
    /// Makes a problem of any error: what is not known becomes a 500 that tells nothing.
    public static func from(_ error: any Error) -> Problem {
        switch error {
        case let known as Problem: known
        case let known as StorageError where known.isTransient:
            Problem(.serviceUnavailable, reason: "storage_unavailable", retryAfter: 30, cause: known)
        case let known as HTTPError:
            Problem(
                known.status,
                headers: known.headers,
                cause: known.status.code >= 500 ? known : nil
            )
        case let known as any HTTPResponseError: Problem(known.status)
        default: .unexpected(error)
        }
    }

    /// The same, with a cause that is our fault logged.
    public static func from(_ error: any Error, context: ServerContext) -> Problem {
        let problem = from(error)
        if let cause = problem.cause, problem.status.code >= 500 {
            context.logger.error("request failed", metadata: ["cause": "\(cause)"])
        }
        return problem
    }
}
