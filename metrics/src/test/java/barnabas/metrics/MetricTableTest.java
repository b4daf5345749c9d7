package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class MetricTableTest {
    @Test
    void metricsThatKafkaHasBearTheNamesOfTheExporter() {
        int compared = 0;
        for (Metric metric : MetricTable.all()) {
            if (metric.bean().isEmpty()) continue;
            assertThat(ExporterNames.of(metric.bean())).as(metric.bean()).isEqualTo(metric.name());
            compared++;
        }
        assertThat(compared).isGreaterThan(50);
    }

    /// OpenMetrics names a counter without its ending: no other metric may have that name.
    @Test
    void familiesAreDistinct() {
        var families = new HashSet<String>();
        for (Metric metric : MetricTable.all())
            assertThat(families.add(metric.name().replaceFirst("_total$", "")))
                    .as(metric.name())
                    .isTrue();
    }

    @Test
    void namesLabelsAndSentencesAreWellFormed() {
        for (Metric metric : MetricTable.all()) {
            assertThat(metric.name()).matches("[a-z][a-z0-9]*(_[a-z0-9]+)+");
            assertThat(metric.name().endsWith("_total"))
                    .as(metric.name())
                    .isEqualTo(metric.kind() == Metric.Kind.COUNTER);
            assertThat(metric.name()).doesNotEndWith("_count_total").doesNotEndWith("_sum");
            assertThat(metric.labels()).allMatch(label -> label.matches("[a-zA-Z_]+") && !label.equals("quantile"));
            assertThat(metric.labels()).doesNotHaveDuplicates();
            assertThat(metric.sentence()).matches("[A-Z0-9].*\\.").hasSizeGreaterThan(5);
        }
    }
}
