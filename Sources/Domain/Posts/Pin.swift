/// How many posts an account may show first on its page.
public enum Pin {
    /// The most that an account of ours pins.
    public static let maximum = 5
    /// The most that are kept of a peer's account.
    public static let maximumForeign = 20
}
