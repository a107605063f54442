/// The collection that stands for everybody.
///
/// Spec: ActivityPub 5.6.
public enum PublicAudience {
    /// Its id, as we write it.
    public static let id = "https://www.w3.org/ns/activitystreams#Public"

    /// Whether a recipient is everybody, in any of its three spellings.
    public static func isPublic(_ recipient: String) -> Bool {
        recipient == id || recipient == "as:Public" || recipient == "Public"
    }
}
