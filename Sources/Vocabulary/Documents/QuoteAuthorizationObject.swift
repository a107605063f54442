/// An author's approval of one quote.
///
/// Spec: FEP-044f, QuoteAuthorization. Only its shape is read; whose word counts is judged by whoever fetched it.
public struct QuoteAuthorizationObject: Sendable {
    /// The id of who approved.
    public let attributedTo: String?
    /// The id of the post that quotes.
    public let interactingObject: String?
    /// The id of the post that is quoted, whether it is embedded or not.
    public let interactionTarget: String?

    /// Reads a document; nil when it is none.
    ///
    /// - Throws: `ShapeError` when the document would mean something else to a JSON-LD processor.
    public init?(_ document: JSONObject) throws(ShapeError) {
        let plain = try PlainForm.of(document)
        guard plain.types.contains("QuoteAuthorization") else { return nil }
        attributedTo = plain.reference("attributedTo")
        interactingObject = plain.reference("interactingObject")
        interactionTarget = plain.reference("interactionTarget")
    }
}
