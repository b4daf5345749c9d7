package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricRegistryTest {
    private static final String REQUESTS = "kafka_network_requestmetrics_errors_total";
    private static final String TIME = "kafka_network_requestmetrics_totaltimems";

    private final MetricRegistry registry = new MetricRegistry();
    private final Histogram time = new Histogram();

    @Test
    void allSourcesAreRead() {
        registry.add(reading -> reading.add(REQUESTS, 3, "Fetch", "NONE"));
        registry.add(reading -> {
            reading.add(REQUESTS, 4, "Produce", "NONE");
            reading.add(TIME, time.read(reading.nanos()), "Produce");
            reading.leaveOut("topics", 2);
            reading.leaveOut("topics", 3);
        });
        time.record(7);
        Reading reading = registry.read(0, SeriesLimits.UNLIMITED);
        assertThat(reading.number(REQUESTS, "Fetch", "NONE")).isEqualTo(3);
        assertThat(reading.number(REQUESTS, "Produce", "NONE")).isEqualTo(4);
        assertThat(reading.number(REQUESTS, "Metadata", "NONE")).isZero();
        assertThat(reading.number("nothing")).isZero();
        assertThat(reading.distribution(TIME, "Produce").sum()).isEqualTo(7);
        assertThat(reading.number("barnabas_metrics_left_out", "topics")).isEqualTo(5);
    }

    @Test
    void mistakesOfSourcesAreFound() {
        var reading = new Reading(0, SeriesLimits.UNLIMITED);
        reading.add(REQUESTS, 1, "Fetch", "NONE");
        assertThatThrownBy(() -> reading.add(REQUESTS, 1)).hasMessageContaining("label");
        assertThatThrownBy(() -> reading.add(REQUESTS, time.read(0), "Produce", "NONE"))
                .hasMessageContaining("kind");
        assertThatThrownBy(() -> reading.add("misspelt", 1)).hasMessageContaining("misspelt");
        assertThatThrownBy(() -> reading.add(Metric.gauge(REQUESTS, "Other.", List.of()), 1))
                .hasMessageContaining("two metrics");
    }
}
