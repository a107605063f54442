import Domain
import Testing

@Suite("Whether a school exchanges activities with a host")
struct AdmissionTests {
    @Test("a block is refused, whatever else is said")
    func blocks() {
        for federation in School.Federation.allCases {
            for state in Partner.State.allCases.map(Optional.init) + [nil] {
                for isOfInstance in [true, false] {
                    let admission = Admission(
                        federation: federation,
                        state: state,
                        isBelowBlocked: true,
                        isOfInstance: isOfInstance
                    )
                    #expect(admission == .refused)
                }
            }
        }
    }

    @Test(
        "the row decides; without one, the school's setting",
        arguments: [
            (nil, Admission.refused, Admission.allowed), (.proposed, .refused, .allowed),
            (.approved, .allowed, .allowed), (.paused, .paused, .paused), (.ended, .refused, .refused),
            (.blocked, .refused, .refused),
        ] as [(Partner.State?, Admission, Admission)]
    )
    func states(state: Partner.State?, closed: Admission, open: Admission) {
        #expect(Admission(federation: .partners, state: state, isBelowBlocked: false) == closed)
        #expect(Admission(federation: .open, state: state, isBelowBlocked: false) == open)
    }

    @Test("a school of the instance is a partner until a row says otherwise")
    func instance() {
        func admission(_ state: Partner.State?) -> Admission {
            Admission(federation: .partners, state: state, isBelowBlocked: false, isOfInstance: true)
        }
        #expect(admission(nil) == .allowed && admission(.approved) == .allowed)
        #expect(
            admission(.ended) == .refused && admission(.proposed) == .refused && admission(.paused) == .paused
        )
    }
}
