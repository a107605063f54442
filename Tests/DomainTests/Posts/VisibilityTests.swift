import Domain
import Testing

@Suite("The rule of who may see a post")
struct VisibilityTests {
    /// Every combination of the twelve facts and six audiences.
    private static let all: [Sight] = Audience.allCases.flatMap { audience in
        (0..<4_096).map { bits in
            var sight = Sight(audience: audience)
            sight.isDeleted = bits & 1 != 0
            sight.isAuthor = bits & 2 != 0
            sight.isAddressed = bits & 4 != 0
            sight.isFollower = bits & 8 != 0
            sight.isOfAuthorsSchool = bits & 16 != 0
            sight.isOfPartner = bits & 32 != 0
            sight.isHostAllowed = bits & 64 != 0
            sight.isAuthorInactive = bits & 128 != 0
            sight.isBlocked = bits & 256 != 0
            sight.isBlocking = bits & 512 != 0
            sight.isLocalOnly = bits & 1_024 != 0
            sight.isOutsider = bits & 2_048 != 0
            return sight
        }
    }

    @Test("nobody sees what is deleted or by an inactive author")
    func gone() {
        for sight in Self.all where sight.isDeleted || sight.isAuthorInactive { #expect(!canSee(sight)) }
    }

    @Test("what stays on the instance is for its accounts alone")
    func localOnly() {
        for sight in Self.all where sight.isLocalOnly {
            var unbound = sight
            unbound.isLocalOnly = false
            #expect(canSee(sight) == (canSee(unbound) && !sight.isOutsider))
        }
    }

    @Test(
        "authors see what they wrote; a refused host, and whoever a block stands between, sees nothing else"
    )
    func authors() {
        for sight in Self.all where !sight.isDeleted && !sight.isAuthorInactive && !sight.isLocalOnly {
            if sight.isAuthor { #expect(canSee(sight)) }
            if !sight.isAuthor && !sight.isHostAllowed { #expect(!canSee(sight)) }
            if !sight.isAuthor && (sight.isBlocked || sight.isBlocking) { #expect(!canSee(sight)) }
        }
    }

    @Test("everybody else needs the reason that the audience names, or to be addressed")
    func audiences() {
        for sight in Self.all
        where !sight.isDeleted && !sight.isAuthorInactive && !sight.isAuthor && sight.isHostAllowed
            && !sight.isBlocked && !sight.isBlocking
            && !sight.isLocalOnly
        {
            let reasons: [Audience: [Bool]] = [
                .public: [true], .unlisted: [true], .school: [sight.isOfAuthorsSchool],
                .partners: [sight.isOfAuthorsSchool, sight.isOfPartner], .followers: [sight.isFollower],
                .direct: [],
            ]
            let expected = sight.isAddressed || (reasons[sight.audience] ?? []).contains(true)
            #expect(canSee(sight) == expected, "\(sight)")
        }
    }

    @Test("only public and unlisted are for everybody")
    func everybody() {
        #expect(Audience.allCases.filter(\.isForEverybody) == [.public, .unlisted])
    }
}
