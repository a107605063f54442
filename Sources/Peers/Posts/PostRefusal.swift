import Domain
import Vocabulary

/// Why a post could not be had from its home.
public enum PostRefusal: Error, Sendable, Hashable {
    /// The document could not be had.
    case fetch(FetchError)
    /// Its author's document could not be had, or is none.
    case author(reason: String)
    /// It is no document that we read.
    case unreadable(reason: String)
    /// It is nothing that is shown as a post.
    case notAPost(reason: String)
    /// It is not for everybody: we ask as a school, and others may only see what they were sent.
    case notForEverybody
    /// Its author has deleted it, or is gone or suspended here.
    case goneHere
    /// It answers a post of ours whose author does not want answers from there.
    case unwantedAnswer(reason: String)

    /// Whether trying again later may help.
    public var isTransient: Bool {
        if case .fetch(let error) = self { error.isTransient } else { false }
    }

    /// What happened, in a sentence for the person who asked.
    public var personText: String {
        switch self {
        case .fetch(.ownHost), .fetch(.gone), .goneHere:
            "There is nothing at that address any more, or never was."
        case .fetch(let error): error.personText
        case .author, .unreadable: "The other server's answer makes no sense to us."
        case .notAPost: "What is at that address is no post."
        case .unwantedAnswer: "It answers a post whose author does not take answers from there."
        case .notForEverybody: "What is at that address is not for everybody, so its server has to send it."
        }
    }
}

extension PostRefusal: CustomStringConvertible {
    /// What happened, for operators and logs.
    public var description: String {
        switch self {
        case .fetch(let error): error.description
        case .author(let reason): "its author is not usable: \(reason)"
        case .unreadable(let reason): "it is not readable: \(reason)"
        case .notAPost(let reason): reason
        case .unwantedAnswer(let reason): reason
        case .notForEverybody: "it is not for everybody"
        case .goneHere: "it was deleted, or its author is gone or suspended"
        }
    }
}

extension PostRefusal {
    /// Takes what fetching threw.
    init(_ error: any Error) {
        switch error {
        case let error as PostRefusal: self = error
        case let error as FetchError: self = .fetch(error)
        case let error as ActorError: self = .author(reason: error.description)
        case let error as ShapeError: self = .unreadable(reason: error.description)
        default: self = .fetch(.ours(reason: "\(error)"))
        }
    }
}
