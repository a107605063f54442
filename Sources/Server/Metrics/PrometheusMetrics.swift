public import CoreMetrics
import Synchronization

/// A swift-metrics backend that keeps everything in memory and writes it as Prometheus text.
///
/// Memory is bounded: at most 500 names, and at most 200 label sets of each; what comes beyond is counted together
/// under the label `overflow="true"`, or not at all when the names run out. Counters end in `_total`, timers are
/// histograms in seconds.
public final class PrometheusMetrics: MetricsFactory {
    private let families = Mutex<[String: MetricFamily]>([:])
    private static let mostNames = 500

    /// Starts with nothing.
    public init() {}

    /// Makes or finds a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, suffix: "_total", .counter, dimensions)
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, suffix: "_total", .counter, dimensions)
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, suffix: "", .gauge, dimensions)
    }

    /// Makes or finds a histogram, or a gauge when nothing is to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        series(label, suffix: "", aggregate ? .histogram(MetricFamily.sizes) : .gauge, dimensions)
    }

    /// Makes or finds a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, suffix: "_seconds", .histogram(MetricFamily.seconds), dimensions)
    }

    /// Does nothing: a series stays, for Prometheus would take its absence for a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Does nothing.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything, in the text format that Prometheus reads, sorted by name.
    public func text() -> String {
        let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
        var text = ""
        for family in families { family.write(to: &text) }
        return text
    }

    private func series(
        _ label: String,
        suffix: String,
        _ kind: MetricFamily.Kind,
        _ dimensions: [(String, String)]
    ) -> MetricSeries {
        var name = PrometheusText.name(label)
        if !name.hasSuffix(suffix) { name += suffix }
        let family: MetricFamily? = families.withLock { families in
            if let known = families[name] { return known }
            guard families.count < Self.mostNames else { return nil }
            let made = MetricFamily(name: name, kind: kind)
            families[name] = made
            return made
        }
        return family?.series(dimensions) ?? MetricSeries(kind: kind)
    }
}
