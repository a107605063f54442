import Access
import ArgumentParser
import Domain
import Outbox
import Storage

/// The command `staffroom seed`.
struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fill a school with a few people and posts to look around in; always the same ones.",
        discussion: "Makes the school when there is none yet. Running it again adds nothing."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "The school's host; not needed when there is only one.")
    var school: String?
    @OptionGroup var trial: TrialOptions
    @Option(help: "The base URL of the school that is made when there is none.")
    var baseURL = "https://school.example"
    @Option(help: "A password for all of them; without it nobody can sign in.")
    var password: String?

    func run() async throws {
        let hash = try await password.map { PasswordHashing(text: $0) }?.make()
        let settings = try global.settings(trial.values)
        try await Instance.use(settings) { instance in
            let school = try await school(of: instance)
            var random = SplitMix64(state: 20_261_123)
            let people = try await SeedPeople(instance: instance, school: school, passwordHash: hash).make()
            let isSeeded = try await instance.database.read { db in
                try people.contains { try db.posts.count(of: $0.id) > 0 }
            }
            guard !isSeeded else {
                print("\(school.name) has its people and posts already.")
                return
            }
            try await instance.withFederation { federation in
                try await follow(people, federation.publisher, &random)
                let posts = try await post(people, federation.publisher, &random)
                try await react(people, posts, federation.publisher, &random)
                print("\(school.name) has \(people.count) people and \(posts.count) posts more.")
            }
        }
    }

    private struct PasswordHashing {
        let text: String

        func make() async throws -> String { try await PasswordHasher().hash(text).description }
    }

    /// The school to fill, made when there is none.
    private func school(of instance: Instance) async throws -> School {
        let isEmpty = try await instance.database.read { try $0.schools.all().isEmpty }
        guard isEmpty, school == nil else { return try await instance.school(school) }
        return try await instance.addSchool("North High", baseURL: baseURL)
    }

    private func follow(_ people: [Account], _ publisher: Publisher, _ random: inout SplitMix64) async throws
    {
        for person in people {
            for other in people.shuffled(using: &random).prefix(5) where other.id != person.id {
                _ = try await publisher.follow(other.id, as: person.id)
            }
        }
    }

    private func post(
        _ people: [Account],
        _ publisher: Publisher,
        _ random: inout SplitMix64
    ) async throws -> [Post] {
        var posts: [Post] = []
        for text in SeedTexts.posts {
            guard let author = people.randomElement(using: &random) else { continue }
            posts.append(try await publisher.publish(PostDraft(text: text), as: author.id))
            guard let post = posts.last, Int.random(in: 0..<3, using: &random) == 0,
                let answer = SeedTexts.answers.randomElement(using: &random),
                let other = people.randomElement(using: &random), other.id != author.id
            else { continue }
            _ = try await publisher.publish(
                PostDraft(text: "@\(author.handle.name) \(answer)", inReplyTo: post.id),
                as: other.id
            )
        }
        return posts
    }

    private func react(
        _ people: [Account],
        _ posts: [Post],
        _ publisher: Publisher,
        _ random: inout SplitMix64
    ) async throws {
        for post in posts {
            for person in people.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
            where person.id != post.author {
                try await publisher.react(
                    Bool.random(using: &random) ? .like : .boost,
                    to: post.id,
                    as: person.id
                )
            }
        }
    }
}

/// A small random generator whose numbers are the same every time.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
