public import Domain

/// Why a local action was not done.
public enum OutboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The acting account is not one of ours, or is suspended or gone.
    case notAbleToAct
    /// The post does not exist, or the account may not see it: the two are told alike.
    case noSuchPost
    /// The account does not exist.
    case noSuchAccount
    /// The account has no such list, filter or the like.
    case noSuchThing(String)
    /// The account has no such upload, or another post has it.
    case noSuchUpload
    /// The account has no such draft, or it was published or discarded.
    case noSuchDraft
    /// The post is not the account's own.
    case notYourPost
    /// The post's audience does not let it be boosted.
    case notBoostable
    /// A direct message is addressed to somebody who was not found.
    case notFound(mention: String)
    /// The text is empty or too long.
    case badText(reason: String)
    /// The account follows itself, or the like.
    case pointless(reason: String)
    /// The account has as many as one may have.
    case tooMany(String)
    /// The account has done it too often; it may again in an hour.
    case tooOften(String)
    /// The other server is none that this school exchanges activities with.
    case notAPartner(Host)
    /// The post's author lets nobody, or not this account, answer it.
    case repliesClosed(InteractionPolicy)
    /// The post's author lets nobody, or not this account, boost it.
    case boostsClosed(InteractionPolicy)
    /// The post's author lets nobody, or not this account, quote it.
    case quotesClosed
    /// A direct message that stays on this instance is addressed to somebody elsewhere.
    case staysHere(Handle)
    /// The account's school does not let its people write for this audience.
    case audienceClosed(Audience)
    /// One of the two blocks the other.
    case blocked
    /// The account has moved: it writes, boosts, likes and follows only from where it is now.
    case hasMoved(to: Handle)
    /// Whoever is to be followed has moved.
    case isElsewhere(now: Handle)
    /// An account moves once in `Move.coolDown`, and nobody moves to one that has moved within it.
    case movedLately
    /// The account to move to does not say that this one is the same person's.
    case unconfirmedMove(Handle)
    /// Another account has, or had, the handle.
    case nameIsTaken(Handle)
    /// The account was renamed within `Handle.renameInterval`.
    case renamedLately

    /// The text for the person who asked.
    public var description: String {
        switch self {
        case .notAbleToAct: "this account cannot act"
        case .noSuchPost: "there is no such post"
        case .noSuchAccount: "there is no such account"
        case .noSuchThing(let thing): "you have no such \(thing)"
        case .noSuchUpload: "there is no such file, or another post has it"
        case .noSuchDraft: "there is no such draft any more"
        case .notYourPost: "the post is not yours"
        case .notBoostable: "only public and unlisted posts can be boosted"
        case .notFound(let mention): "nobody was found behind \(mention), so the message was not sent"
        case .badText(let reason): reason
        case .pointless(let reason): reason
        case .nameIsTaken(let handle): "there is, or was, an account \(handle) already"
        case .renamedLately: "a name can be changed once in 30 days; ask an admin if it must be now"
        case .audienceClosed(let audience): "your school does not let its people post \(audience.asTarget)"
        case .blocked: "one of you blocks the other"
        case .tooMany(let things): "there are too many \(things); take some away first"
        case .tooOften(let things): "you have sent too many \(things); try again in an hour"
        case .notAPartner(let host): "\(host) is not a partner of this school"
        case .repliesClosed(let policy): "\(policy.whoMay) answer this post"
        case .boostsClosed(let policy): "\(policy.whoMay) boost this post"
        case .hasMoved(let handle):
            "this account has moved to \(handle): write and follow from there, or take the move back first"
        case .isElsewhere(let handle): "this person has moved to \(handle): follow them there"
        case .movedLately: "one of the two accounts has moved in the last seven days; try again later"
        case .unconfirmedMove(let handle):
            "\(handle) does not name this account as an earlier one of its own: add it to the aliases there first"
        case .quotesClosed: "its author does not let you quote this post"
        case .staysHere(let handle):
            "the message stays on this server, and \(handle) is elsewhere, so it was not sent"
        }
    }
}

extension Audience {
    fileprivate var asTarget: String {
        switch self {
        case .public: "for everybody"
        case .unlisted: "for everybody outside of feeds"
        case .school: "for the school"
        case .partners: "for the school and its partners"
        case .followers: "for their followers"
        case .direct: "to those they mention alone"
        }
    }
}

extension InteractionPolicy {
    fileprivate var whoMay: String {
        switch self {
        case .everyone: "everybody can"
        case .followers: "only its author's followers and those whom it mentions can"
        case .mentioned: "only those whom it mentions can"
        case .nobody: "only its author can"
        }
    }
}
