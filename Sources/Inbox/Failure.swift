import Domain
import Peers
import Storage
import Vocabulary

/// What becomes of an activity whose handling failed.
enum Failure: Hashable {
    /// Somebody else finished it: nothing is left to do.
    case finishedElsewhere
    /// It will never work: finished without an effect.
    case permanent
    /// We are to blame, or nobody is: tried again after a while, and not held against the activity.
    case ours(after: Span)
    /// Tried again, later and later, and put aside after the last attempt.
    case counted

    init(_ error: any Error) {
        switch error {
        case DispatchError.finishedElsewhere: self = .finishedElsewhere
        case DispatchError.hostPaused: self = .ours(after: .minutes(10))
        case is CancellationError: self = .ours(after: .seconds(0))
        case let error as StorageError: self = error.isTransient ? .ours(after: .seconds(15)) : .counted
        case let error as FetchError:
            self = error.isOurs ? .ours(after: .minutes(1)) : error.isTransient ? .counted : .permanent
        case PostRefusal.fetch(let error): self = Failure(error)
        case is PostRefusal: self = .permanent
        case is ActorError, is ShapeError: self = .permanent
        default: self = .counted
        }
    }
}
