public import ArgumentParser
public import Domain
import Outbox
import Vocabulary

/// The command `staffroom post ...`.
struct PostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Publish a post, and see where it went.",
        discussion: "`staffroom post HANDLE TEXT` publishes.",
        subcommands: [PublishPost.self, PostDeliveries.self],
        defaultSubcommand: PublishPost.self
    )
}

/// The command `staffroom post publish`.
struct PublishPost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a post for a local account; a running server delivers it."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var outbound: OutboundOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The author's handle.")
    var handle: String
    @Argument(help: "The text, with @mentions and #hashtags.")
    var text: String
    @Option(help: "Whom it is for: public, unlisted, school, partners, followers or direct.")
    var audience: Audience = .public
    @Option(help: "The id of the post that it answers.")
    var replyTo: String?

    func run() async throws {
        var draft = PostDraft(text: text, audience: audience)
        if let replyTo {
            guard let id = Post.ID(replyTo) else { throw ValidationError("--reply-to: \(replyTo) is no id") }
            draft.inReplyTo = id
        }
        try await Instance.use(try global.settings(outbound.values)) { instance in
            let author = try await instance.account(handle)
            let post = try await instance.withFederation {
                try await $0.publisher.acting(by: Instance.admin).publish(draft, as: author.id)
            }
            let page = post.page ?? post.uri
            let json: JSONValue = [
                "id": .string(post.id.description), "uri": .string(post.uri.description),
                "url": .string(page.description),
            ]
            Output.write(json, asJSON: output.json) { [page.description] }
        }
    }
}

/// The command `staffroom follow`.
struct FollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Follow somebody for a local account; a running server delivers the wish."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var outbound: OutboundOptions
    @Argument(help: "The local account's handle.")
    var handle: String
    @Argument(help: "Whom to follow, such as ben@staff.south.example.")
    var followed: String

    func run() async throws {
        let target: Handle
        do {
            target = try Handle(followed)
        } catch {
            throw ValidationError("\(followed): \(error)")
        }
        try await Instance.use(try global.settings(outbound.values)) { instance in
            let account = try await instance.account(handle)
            let follow = try await instance.withFederation {
                try await $0.publisher.acting(by: Instance.admin).follow(target, as: account.id)
            }
            print(
                follow.state == .accepted
                    ? "\(account.handle) follows \(target)." : "\(account.handle) asked to follow \(target)."
            )
        }
    }
}

extension Audience: ExpressibleByArgument {}
