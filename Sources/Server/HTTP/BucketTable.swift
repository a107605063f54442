/// Token buckets in a table of bounded size, which forgets the one unused for longest.
struct BucketTable<Key: Hashable> {
    private struct Bucket {
        var key: Key
        var tokens: Double
        var updated: Double
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }
    private let capacity: Int
    private var places: [Key: Int] = [:]
    private var buckets: [Bucket] = []
    private var oldest = -1
    private var newest = -1

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { buckets.count }

    /// Takes so many tokens, none or one; if there is none, tells in how many whole seconds there will be.
    mutating func take(_ count: Double, _ key: Key, rate: TokenRate, at seconds: Double) -> Int? {
        let place = touch(key, rate: rate, at: seconds)
        let gained = max(0, seconds - buckets[place].updated) * rate.perSecond
        let tokens = min(rate.burst, buckets[place].tokens + gained)
        buckets[place].updated = seconds
        guard tokens >= 1 else {
            buckets[place].tokens = tokens
            let wait = ((1 - tokens) / rate.perSecond).rounded(.up)
            return Int(exactly: min(86_400, max(1, wait))) ?? 1
        }
        buckets[place].tokens = tokens - count
        return nil
    }

    /// Puts back one token that was taken.
    mutating func giveBack(_ key: Key, rate: TokenRate) {
        guard let place = places[key] else { return }
        buckets[place].tokens = min(rate.burst, buckets[place].tokens + 1)
    }

    /// Finds or makes the bucket of a key and makes it the newest.
    private mutating func touch(_ key: Key, rate: TokenRate, at seconds: Double) -> Int {
        if let place = places[key] {
            unlink(place)
            linkNewest(place)
            return place
        }
        let bucket = Bucket(
            key: key,
            tokens: rate.burst,
            updated: seconds,
            older: Self.none,
            newer: Self.none
        )
        let place: Int
        if buckets.count < capacity {
            place = buckets.count
            buckets.append(bucket)
        } else {
            place = oldest
            unlink(place)
            places[buckets[place].key] = nil
            buckets[place] = bucket
        }
        places[key] = place
        linkNewest(place)
        return place
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (buckets[place].older, buckets[place].newer)
        if older == Self.none { oldest = newer } else { buckets[older].newer = newer }
        if newer == Self.none { newest = older } else { buckets[newer].older = older }
    }

    private mutating func linkNewest(_ place: Int) {
        buckets[place].older = newest
        buckets[place].newer = Self.none
        if newest == Self.none { oldest = place } else { buckets[newest].newer = place }
        newest = place
    }
}
