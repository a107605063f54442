import Content
import Domain
import Storage

/// The queue's pictures with their words: what waits by age, what arrived by hour, the slowest servers.
enum ChartHTML {
    /// The ages by which what waits is told apart, and their names.
    static let ages: [(limit: Span, name: String, short: String)] = [
        (.minutes(1), "under 1 min", "<1m"), (.minutes(10), "1–10 min", "1–10m"),
        (.hours(1), "10–60 min", "10–60m"),
        (.hours(6), "1–6 h", "1–6h"), (.days(1), "6–24 h", "6–24h"), (.days(7), "1–7 days", "1–7d"),
    ]

    /// What waits, by age.
    static func waiting(_ counts: [Int]) -> String {
        let lines = Array(zip(ages.map(\.name) + ["older"], counts))
        let bars = zip(ages.map(\.short) + ["older"], counts).map { ChartSVG.Bar(label: $0, value: $1) }
        let words = lines.filter { $0.1 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
        let text = "Waiting by age: " + (words.isEmpty ? "nothing waits" : words)
        return figure(
            "Waiting, by age",
            ChartSVG.columns(text, bars, step: 1),
            AdminHTML.table("Waiting, by age", ["Age", "Waiting"], lines.map { [$0, "\($1)"] })
        )
    }

    /// What arrived and what was given up, hour by hour until now.
    static func hours(_ hours: [QueueChartsView.Hour], now: Timestamp, _ look: AdminDesk.Look) -> String {
        let title = "Delivered, by hour"
        let bars = self.bars(hours, now: now, look)
        return figure(
            title,
            ChartSVG.columns(
                "\(title), in the last \(hours.count) hours: \(sums(hours))",
                bars,
                step: max(hours.count / 6, 1)
            ),
            AdminHTML.table(
                title,
                ["Hour", "Delivered", "Not delivered"],
                bars.filter { $0.sum > 0 }.map { [$0.label, "\($0.value)", "\($0.failed)"] }
            ),
            note: hours.contains { $0.undelivered > 0 }
                ? "<span class=\"key failed\"></span> not delivered" : ""
        )
    }

    /// The same, small, for a list.
    static func spark(_ hours: [QueueChartsView.Hour], now: Timestamp, _ look: AdminDesk.Look) -> String {
        ChartSVG.spark("The last \(hours.count) hours: \(sums(hours))", bars(hours, now: now, look))
            + "<span class=\"counts\">\(sums(hours)) in the last \(hours.count) hours</span>"
    }

    /// The servers to which deliveries took longest.
    static func slowest(_ paces: [QueueChartsView.Pace]) -> String {
        if paces.isEmpty { return "" }
        let bars = paces.map { pace in
            // Tenths of a second, so that a fast server has a bar at all.
            let length = Int(clamping: pace.average.milliseconds / 100)
            return ChartSVG.Bar(label: pace.host.description, value: length, shown: shown(pace.average))
        }
        let text = paces.map { "\($0.host) \(shown($0.average))" }.joined(separator: ", ")
        return figure(
            "Slowest servers, from sending to arrival",
            ChartSVG.rows("Slowest servers, on the average of the last 24 hours: \(text)", bars),
            AdminHTML.table(
                "Slowest servers",
                ["Server", "Delivered", "On the average", "Longest"],
                paces.map {
                    [AdminHTML.host($0.host), "\($0.delivered)", shown($0.average), shown($0.longest)]
                }
            )
        )
    }

    /// A length of time in its largest unit.
    static func shown(_ span: Span) -> String {
        let seconds = span.milliseconds / 1_000
        return switch seconds {
        case ..<1: "under 1 s"
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    private static func bars(_ hours: [QueueChartsView.Hour], now: Timestamp, _ look: AdminDesk.Look)
        -> [ChartSVG.Bar]
    {
        let current = now.milliseconds - now.milliseconds % 3_600_000
        return hours.enumerated().map { number, hour in
            let start = current - Int64(hours.count - 1 - number) * 3_600_000
            let label = String(look.school.timeZone.clock(at: Timestamp(milliseconds: start)).suffix(5))
            return ChartSVG.Bar(label: label, value: hour.delivered, failed: hour.undelivered)
        }
    }

    private static func sums(_ hours: [QueueChartsView.Hour]) -> String {
        let (arrived, lost) = hours.reduce((0, 0)) { ($0.0 + $1.delivered, $0.1 + $1.undelivered) }
        return "\(arrived) delivered" + (lost == 0 ? "" : ", \(lost) not")
    }

    private static func figure(_ title: String, _ picture: String, _ table: String, note: String = "")
        -> String
    {
        """
        <figure class="card"><figcaption><h2>\(HTMLEscape.text(title))</h2>\(note)</figcaption>\(picture)\
        <details><summary>The numbers<span class="invisible">: \(HTMLEscape.text(title))</span></summary>\(table)</details>\
        </figure>
        """
    }
}
