import Testing

@testable import Domain

@Suite("Who may answer and boost")
struct InteractionPolicyTests {
    @Test(
        "each policy lets exactly those whom it names",
        arguments: [
            (InteractionPolicy.everyone, stranger: true, follower: true, mentioned: true),
            (.followers, stranger: false, follower: true, mentioned: true),
            (.mentioned, stranger: false, follower: false, mentioned: true),
            (.nobody, stranger: false, follower: false, mentioned: false),
        ]
    )
    func policies(policy: InteractionPolicy, stranger: Bool, follower: Bool, mentioned: Bool) {
        #expect(policy.allows(.init()) == stranger)
        #expect(policy.allows(.init(isFollower: true)) == follower)
        #expect(policy.allows(.init(isMentioned: true)) == mentioned)
        #expect(policy.allows(.init(isAuthor: true)))
    }
}
