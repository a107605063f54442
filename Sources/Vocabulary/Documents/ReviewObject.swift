/// What a review says of a book besides its text.
///
/// Spec: BookWyrm's types Review and Rating, with `inReplyToBook` and `rating`.
public struct ReviewObject: Sendable {
    /// The address of the book.
    public let book: String
    /// How many stars of five it gets; nil when it says nothing sensible.
    public let stars: Double?

    /// Reads it; nil when it is about no book.
    init?(plain: JSONObject) {
        guard let book = plain.reference("inReplyToBook") else { return nil }
        self.book = book
        let given: Double? =
            switch plain["rating"] {
            case .integer(let number): Double(exactly: number)
            case .number(let number): number
            default: nil
            }
        stars = given.flatMap { $0 > 0 && $0 <= 5 ? $0 : nil }
    }
}
