package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metrics.Metric;
import barnabas.metrics.MetricTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/metrics.md` is the table of metrics in words, and each name that the sources add is in the table.
class MetricsDocumentTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path DOCUMENT = ROOT.resolve("docs/metrics.md");
    private static final Path TABLE = ROOT.resolve("metrics/src/main/java/barnabas/metrics/MetricRows.java");

    private static final String HEAD = """
            # Metrics

            A node shows these at `/metrics` of its HTTP listener (`barnabas.http.listeners`), as Prometheus text or, to a scraper that prefers it,
            as OpenMetrics. Names are those that the JMX exporter's rules in Strimzi's examples give to Kafka's MBeans, so that its dashboards and
            alert rules find them; what Kafka does not have begins with `barnabas_`. Generated from `MetricRows` by `MetricsDocumentTest` (module
            architecture, `-Dmetrics.write=true`), which fails when this page is not what it would write.

            Samples by topic, partition and committed offset are limited by `barnabas.metrics.topics.max`, `barnabas.metrics.partitions.max` and
            `barnabas.metrics.offsets.max`; 0 switches them off. Summaries have the quantiles 0.50 to 0.999 of the last one to two minutes, count and
            sum since the start. A reading takes nothing from requests: values are counted or at hand anyway.

            With `barnabas.otlp.endpoint` a node also pushes them to an OpenTelemetry receiver, by OTLP over HTTP with protobuf (gzip), every
            `barnabas.otlp.interval.ms`. Names, labels and limits are those of the page: a counter is a cumulative monotonic sum and keeps its `_total`, a
            summary is a summary. Units are By, ms, s and 1. The resource has `service.name=barnabas`, `service.namespace` (cluster id) and
            `service.instance.id` (node id). A Prometheus that receives them keeps the names with `translation_strategy: NoTranslation` or
            its variants without suffixes; other strategies add the unit to names that do not end with it. A push that fails is not repeated,
            because the next has the same counts and more; the log has one line when pushes begin to fail and one when they work again. The last
            interval before a stop is not pushed.
            """;

    private static String markdown() throws IOException {
        Map<String, Metric> byName = new HashMap<>();
        for (Metric each : MetricTable.all()) byName.put(each.name(), each);
        var text = new StringBuilder(HEAD);
        for (String indented : Files.readAllLines(TABLE)) {
            String line = indented.strip();
            if (line.startsWith("## ")) {
                text.append("\n## ").append(heading(line.substring(3))).append("\n\n");
                text.append("| name | kind | labels | meaning |\n|---|---|---|---|\n");
            }
            Metric metric = byName.get(line.split(" \\| ", 2)[0]);
            if (metric != null) text.append(row(metric));
        }
        return text.toString();
    }

    private static String heading(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String row(Metric metric) {
        String kind = metric.kind().name().toLowerCase(Locale.ROOT);
        if (metric.unit() != Metric.Unit.NONE)
            kind += ", " + metric.unit().name().toLowerCase(Locale.ROOT);
        String sentence = metric.sentence();
        if (!metric.bean().isEmpty()) sentence += " (`" + metric.bean() + "`)";
        return "| `" + metric.name() + "` | " + kind + " | " + String.join(", ", metric.labels()) + " | " + sentence
                + " |\n";
    }

    @Test
    void documentIsTheTableInWords() throws IOException {
        String wanted = markdown();
        if (Boolean.getBoolean("metrics.write")) Files.writeString(DOCUMENT, wanted);
        assertThat(Files.readString(DOCUMENT)).isEqualTo(wanted);
    }

    private static final Pattern NAME = Pattern.compile("\"((?:kafka|barnabas|process|jvm)_[a-z_]+)\"");

    @Test
    void namesThatSourcesAddAreInTheTable() throws IOException {
        List<String> known = MetricTable.all().stream().map(Metric::name).toList();
        try (Stream<Path> files = Files.walk(ROOT)) {
            var unknown = files.filter(each -> each.toString().endsWith("Metrics.java")
                            || each.toString().endsWith("TopicTraffic.java"))
                    .filter(each -> each.toString().contains("/src/main/java/barnabas/"))
                    .flatMap(MetricsDocumentTest::namesIn)
                    // a prefix is put together with the rest
                    .filter(name -> known.stream().noneMatch(each -> each.startsWith(name)))
                    .toList();
            assertThat(unknown).isEmpty();
        }
    }

    private static Stream<String> namesIn(Path source) {
        try {
            return NAME.matcher(Files.readString(source)).results().map(found -> found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
