/// What a signature must cover, so that nobody can use it for another request.
///
/// A request with a body, and any but GET and HEAD, must have its digest covered.
enum Coverage {
    static func check(cavage covered: [String], of message: HTTPMessage, body: [UInt8]?)
        throws(SignatureError)
    {
        try require(["(request-target)", "host"], in: covered)
        guard covered.contains("date") || covered.contains("(created)") else { throw .notCovered("date") }
        if needsDigest(message, body) { try require(["digest"], in: covered) }
    }

    static func check(rfc9421 covered: [String], of message: HTTPMessage, body: [UInt8]?)
        throws(SignatureError)
    {
        try require(["@method"], in: covered)
        let hasTarget =
            covered.contains("@target-uri")
            || (covered.contains("@authority")
                && (covered.contains("@path") || covered.contains("@request-target")))
        guard hasTarget else { throw .notCovered("@target-uri") }
        if needsDigest(message, body) { try require(["content-digest"], in: covered) }
    }

    private static func needsDigest(_ message: HTTPMessage, _ body: [UInt8]?) -> Bool {
        switch message.method {
        case "GET", "HEAD": body?.isEmpty == false
        default: true
        }
    }

    private static func require(_ names: [String], in covered: [String]) throws(SignatureError) {
        for name in names where !covered.contains(name) { throw .notCovered(name) }
    }
}
