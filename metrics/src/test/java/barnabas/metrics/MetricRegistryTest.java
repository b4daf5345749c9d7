package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.metrics.Metric.Unit;
import org.junit.jupiter.api.Test;

class MetricRegistryTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final Metric requests = Metric.counter("requests", Unit.NONE, "Requests.", "request");
    private final Histogram time = new Histogram();

    @Test
    void allSourcesAreRead() {
        registry.add(reading -> reading.add(requests, 3, "Fetch"));
        registry.add(reading -> {
            reading.add(requests, 4, "Produce");
            reading.add(Metric.histogram("time", Unit.NANOS, "Time."), time.read());
        });
        time.record(7);
        Reading reading = registry.read();
        assertThat(reading.number("requests", "Fetch")).isEqualTo(3);
        assertThat(reading.number("requests", "Produce")).isEqualTo(4);
        assertThat(reading.number("requests", "Metadata")).isZero();
        assertThat(reading.number("nothing")).isZero();
        assertThat(reading.distribution("time").sum()).isEqualTo(7);
    }

    @Test
    void mistakesOfSourcesAreFound() {
        var reading = new Reading();
        reading.add(requests, 1, "Fetch");
        assertThatThrownBy(() -> reading.add(requests, 1, "Fetch")).hasMessageContaining("two values");
        assertThatThrownBy(() -> reading.add(requests, 1)).hasMessageContaining("label");
        assertThatThrownBy(() -> reading.add(requests, time.read(), "Produce")).hasMessageContaining("kind");
        assertThatThrownBy(() -> reading.add(Metric.gauge("requests", Unit.NONE, "Other."), 1))
                .hasMessageContaining("two metrics");
    }
}
