import Vocabulary

/// What the receivers of a trial have taken, as receivers count that know activity ids: one they have had is dropped.
struct Ledger {
    /// For each host, for each post, the ids of the activities that brought it.
    private var effects: [String: [String: Set<String>]] = [:]
    /// For each host its posts, in the order in which they first came.
    private var order: [String: [String]] = [:]
    /// How many came again with an id that was there already; those have no effect.
    private(set) var repeated = 0
    /// How many pairs of a host and a post there are.
    private(set) var count = 0

    /// Takes a delivery in, if it is a Create.
    mutating func add(_ delivery: FakePeers.Delivery) {
        guard delivery.activity["type"]?.string == "Create" else { return }
        let id = delivery.activity["id"]?.string ?? ""
        let post = delivery.activity["object"]?.object?["id"]?.string ?? ""
        let before = effects[delivery.host]?[post] ?? []
        guard !before.contains(id) else { return repeated += 1 }
        effects[delivery.host, default: [:]][post, default: []].insert(id)
        guard before.isEmpty else { return }
        count += 1
        order[delivery.host, default: []].append(post)
    }

    /// How many effects there are beyond one for each host and post: a post came under two activity ids.
    var doubled: Int {
        effects.values.reduce(0) { sum, posts in sum + posts.values.reduce(0) { $0 + $1.count - 1 } }
    }

    /// The hosts that lack some of the posts, with how many.
    func lost(of posts: [String], by hosts: [String]) -> [(host: String, count: Int)] {
        hosts.compactMap { host in
            let lacking = posts.count { effects[host]?[$0] == nil }
            return lacking == 0 ? nil : (host, lacking)
        }
    }

    /// The hosts that got the posts in another order than that in which they were written.
    func disordered(_ posts: [String]) -> [String] {
        let places = Dictionary(posts.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return order.filter { _, came in
            let numbers = came.map { places[$0] ?? -1 }
            return numbers != numbers.sorted()
        }.keys.sorted()
    }
}
