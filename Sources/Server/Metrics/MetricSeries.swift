import CoreMetrics
import Synchronization

/// The numbers of one metric under one label set; every kind of handler in one.
final class MetricSeries: Sendable {
    private struct State {
        var value = 0.0
        var buckets: [Double]
    }

    private let bounds: [Double]
    private let isHistogram: Bool
    private let state: Mutex<State>

    init(kind: MetricFamily.Kind) {
        if case .histogram(let bounds) = kind {
            self.bounds = bounds
            isHistogram = true
            state = Mutex(State(buckets: Array(repeating: 0, count: bounds.count + 1)))
        } else {
            bounds = []
            isHistogram = false
            state = Mutex(State(buckets: []))
        }
    }

    /// The value, or a histogram's sum and the count of each bucket, the last without a bound.
    func read() -> (value: Double, buckets: [Double]) { state.withLock { ($0.value, $0.buckets) } }

    private func add(_ amount: Double) {
        state.withLock { $0.value += amount }
    }

    private func observe(_ value: Double) {
        guard isHistogram else { return state.withLock { $0.value = value } }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.value += value
            state.buckets[place] += 1
        }
    }
}

extension MetricSeries: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { state.withLock { $0.value = 0 } }
}

extension MetricSeries: MeterHandler {
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
}

extension MetricSeries: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
