import HTTPTypes
public import Media

extension MediaError {
    /// How whoever uploads is told: 507 for a full disk, 503 where it may be tried again, 413 and 422 else.
    public var problem: Problem {
        switch self {
        case .diskFull: Problem(Self.insufficientStorage, detail: description, retryAfter: 3_600, cause: self)
        case .busy: Problem(.serviceUnavailable, detail: description, retryAfter: 10)
        case .unavailable: Problem(.serviceUnavailable, detail: description, retryAfter: 600, cause: self)
        case .tooManyBytes: Problem(.contentTooLarge, detail: description)
        default: Problem(.unprocessableContent, detail: description)
        }
    }

    /// Spec: RFC 4918 section 11.5.
    private static let insufficientStorage = HTTPResponse.Status(
        code: 507,
        reasonPhrase: "Insufficient Storage"
    )
}
