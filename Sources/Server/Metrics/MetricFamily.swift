import Synchronization

/// All series of one metric name.
final class MetricFamily: Sendable {
    /// What a series keeps.
    enum Kind: Sendable, Hashable {
        case counter
        case gauge
        /// Counts of values up to each bound, in ascending order.
        case histogram([Double])

        var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    let name: String
    private let kind: Kind
    private let all = Mutex<[String: MetricSeries]>([:])
    private static let mostLabelSets = 200

    /// Bounds for times, in seconds.
    static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    /// Bounds for counts and bytes: powers of four up to 16 Mi.
    static let sizes = (0...12).map { Double(1 << (2 * $0)) }

    init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Finds or makes the series of a label set.
    func series(_ dimensions: [(String, String)]) -> MetricSeries {
        let labels = PrometheusText.labels(dimensions)
        return all.withLock { all in
            if let known = all[labels] { return known }
            let key = all.count < Self.mostLabelSets ? labels : "overflow=\"true\""
            if let known = all[key] { return known }
            let made = MetricSeries(kind: kind)
            all[key] = made
            return made
        }
    }

    /// Appends the lines of all series.
    func write(to text: inout String) {
        text += "# TYPE \(name) \(kind.name)\n"
        let all = all.withLock { $0.sorted { $0.key < $1.key } }
        for (labels, series) in all {
            let (value, buckets) = series.read()
            guard case .histogram(let bounds) = kind else {
                PrometheusText.line(name, labels, value, to: &text)
                continue
            }
            let prefix = labels.isEmpty ? "" : labels + ","
            var sum = 0.0
            for (index, count) in buckets.enumerated() {
                sum += count
                let bound = index < bounds.count ? PrometheusText.number(bounds[index]) : "+Inf"
                PrometheusText.line(name + "_bucket", prefix + "le=\"\(bound)\"", sum, to: &text)
            }
            PrometheusText.line(name + "_sum", labels, value, to: &text)
            PrometheusText.line(name + "_count", labels, sum, to: &text)
        }
    }
}
