package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private final Reading reading = new Reading(0, SeriesLimits.UNLIMITED);

    private String text(PrometheusText.Form form) {
        return StandardCharsets.UTF_8
                .decode(PrometheusText.write(reading, form, 0))
                .toString();
    }

    @Test
    void samplesOfAMetricStandTogetherUnderItsDescription() {
        reading.add("kafka_server_brokertopicmetrics_bytesin_total", 12, "t");
        reading.add("kafka_brokers", 0.5);
        reading.add("kafka_server_brokertopicmetrics_bytesin_total", 1L << 40, "");
        assertThat(text(PrometheusText.Form.PROMETHEUS)).isEqualTo("""
                # HELP kafka_server_brokertopicmetrics_bytesin_total Bytes of record batches appended by producers.
                # TYPE kafka_server_brokertopicmetrics_bytesin_total counter
                kafka_server_brokertopicmetrics_bytesin_total{topic="t"} 12
                kafka_server_brokertopicmetrics_bytesin_total 1099511627776
                # HELP kafka_brokers Brokers that clients are sent to.
                # TYPE kafka_brokers gauge
                kafka_brokers 0.5
                """);
        assertThat(text(PrometheusText.Form.OPEN_METRICS))
                .contains("# TYPE kafka_server_brokertopicmetrics_bytesin counter\n"
                        + "kafka_server_brokertopicmetrics_bytesin_total{topic=\"t\"} 12\n")
                .endsWith("kafka_brokers 0.5\n# EOF\n");
    }

    @Test
    void timesAreConvertedAndHaveKafkasQuantiles() {
        var histogram = new Histogram();
        histogram.record(2 << 20);
        reading.add("kafka_network_requestmetrics_localtimems", histogram.read(0), "Fetch");
        reading.add("jvm_gc_collection_seconds", Distribution.ofTotals(2, 1_500_000_000), "G1");
        assertThat(text(PrometheusText.Form.PROMETHEUS))
                .contains("""
                        # TYPE kafka_network_requestmetrics_localtimems summary
                        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.50"} 2.62144
                        """)
                .contains("""
                        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.999"} 2.62144
                        kafka_network_requestmetrics_localtimems_count{request="Fetch"} 1
                        kafka_network_requestmetrics_localtimems_sum{request="Fetch"} 2.097152
                        """)
                .contains("""
                        # TYPE jvm_gc_collection_seconds summary
                        jvm_gc_collection_seconds_count{gc="G1"} 2
                        jvm_gc_collection_seconds_sum{gc="G1"} 1.5
                        """);
    }

    @Test
    void textThatClientsChooseIsQuoted() {
        Metric odd = Metric.gauge("odd", "A \\ and\na \"quote\".", List.of("group", "other"));
        reading.add(odd, Double.NaN, "a\"b\\c\nd}", "");
        reading.add(odd, Double.NEGATIVE_INFINITY, "", "größe\ud800");
        assertThat(text(PrometheusText.Form.PROMETHEUS)).isEqualTo("""
                # HELP odd A \\\\ and\\na "quote".
                # TYPE odd gauge
                odd{group="a\\"b\\\\c\\nd}"} NaN
                odd{other="größe?"} -Inf
                """);
        assertThat(text(PrometheusText.Form.OPEN_METRICS)).startsWith("# HELP odd A \\\\ and\\na \\\"quote\\\".\n");
    }
}
