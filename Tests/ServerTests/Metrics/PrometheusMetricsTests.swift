import CoreMetrics
import Testing

@testable import Server

@Suite("Prometheus metrics")
struct PrometheusMetricsTests {
    @Test("each kind is written in its own form")
    func kinds() {
        let metrics = PrometheusMetrics()
        Counter(label: "a.count", dimensions: [("kind", "x\"y\\z\n")], factory: metrics).increment(by: 2)
        Counter(label: "a.count", dimensions: [("kind", "x\"y\\z\n")], factory: metrics).increment()
        Meter(label: "level", factory: metrics).set(1.5)
        Timer(label: "wait", factory: metrics).recordMilliseconds(30)
        Recorder(label: "size", factory: metrics).record(5)
        let text = metrics.text()
        #expect(text.contains("# TYPE a_count_total counter\na_count_total{kind=\"x\\\"y\\\\z\\n\"} 3\n"))
        #expect(text.contains("# TYPE level gauge\nlevel 1.5\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.025\"} 0\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.05\"} 1\n"))
        #expect(
            text.contains("wait_seconds_bucket{le=\"+Inf\"} 1\nwait_seconds_sum 0.03\nwait_seconds_count 1\n")
        )
        #expect(text.contains("size_bucket{le=\"4\"} 0\nsize_bucket{le=\"16\"} 1\n"))
    }

    @Test("label sets are bounded; what is beyond is counted together")
    func bounded() {
        let metrics = PrometheusMetrics()
        for number in 0..<1000 {
            Counter(label: "n", dimensions: [("id", "\(number)")], factory: metrics).increment()
        }
        let text = metrics.text()
        #expect(text.contains("n_total{overflow=\"true\"} 800\n"))
        #expect(text.split(separator: "\n").count == 202)
    }

    @Test("names are bounded, and a metric beyond them still works without being kept")
    func names() {
        let metrics = PrometheusMetrics()
        for number in 0..<600 { Counter(label: "n\(number)", factory: metrics).increment() }
        #expect(metrics.text().split(separator: "\n").count == 1000)
    }
}
