extension URI {
    /// The address that a reference leads to which stands on a page of this one, or in its `Location`: an absolute
    /// address, one without a scheme, or a path from the root; without its fragment.
    ///
    /// Nil for what is none of these, relative paths among them.
    public func leading(to reference: String) -> URI? {
        let full: String
        if reference.hasPrefix("//") {
            full = "\(scheme.rawValue):\(reference)"
        } else {
            full = reference.utf8.first == UInt8(ascii: "/") ? "\(origin)\(reference)" : reference
        }
        return (try? URI(full))?.withoutFragment
    }
}
