/// Who may answer a post, or boost it: its author chooses.
///
/// Its author always may.
public enum InteractionPolicy: String, Sendable, CaseIterable {
    /// Everybody who may see it.
    case everyone
    /// The author's followers, and those whom it mentions.
    case followers
    /// Those whom it mentions.
    case mentioned
    /// Its author alone.
    case nobody
}
