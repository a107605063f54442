extension Handle {
    /// How long the old handle of an account that was renamed still leads to it, by WebFinger and on pages.
    ///
    /// It is not given to another account after that either.
    public static let keptAfterRename = Span.days(365)

    /// How long a person waits before the account can be renamed again.
    public static let renameInterval = Span.days(30)
}
