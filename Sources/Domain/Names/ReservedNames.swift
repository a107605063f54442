/// Names that no person may take, because a visitor would read them as the server or the school speaking, or because
/// they are paths.
public enum ReservedNames {
    private static let words = Set(
        """
        about abuse account accounts acct activities activity activitypub actor actors admin
        administration administrator admins all anonymous ap api app apps assets auth authorize bot
        contact dev district everybody everyone explore featured feed followers following guest headmaster
        headteacher help here home hostmaster inbox info instance invite livez local localhost login
        logout mail mailerdaemon me media metrics mod moderation moderator moderators mods nobody nodeinfo
        noreply notification notifications null oauth office official operator outbox owner password post
        postmaster posts principal privacy proxy public readyz register registration robots root rules
        school search security server session settings sharedinbox signin signout signup staff staffroom
        static status superuser support sysadmin sysop system tag tags teacher teachers team terms token
        tos undefined user username users webfinger webmaster wellknown www
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )

    /// Whether a name is kept back; dots, hyphens and underscores make no difference, nor does case.
    ///
    /// With the school's host, its first label is kept back too.
    public static func contains(_ name: String, at host: Host? = nil) -> Bool {
        let plain = letters(name.utf8)
        if plain.isEmpty || words.contains(plain) { return true }
        guard let host, host.address == nil,
            let label = host.name.utf8.split(separator: UInt8(ascii: ".")).first
        else { return false }
        return plain == letters(label)
    }

    private static func letters(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.lazy.filter { $0.isLetter || $0.isDigit }.map(\.lowered), as: UTF8.self)
    }
}
