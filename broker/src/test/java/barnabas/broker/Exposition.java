package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of metrics, read as strictly as the descriptions of the formats allow: Prometheus text 0.0.4 and OpenMetrics
/// 1.0. Anything that a scraper could stumble over fails.
final class Exposition {
    /// @param labels sorted by name
    record Sample(String name, Map<String, String> labels, double value) {}

    private static final Pattern META =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)", Pattern.DOTALL);
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (-?\\d+(?:\\.\\d+)?(?:E-?\\d+)?|NaN|[+-]Inf)", Pattern.DOTALL);
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"]|\\\\[\\\\\"n])*)\"(,|$)", Pattern.DOTALL);

    private final boolean openMetrics;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Set<String> described = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> series = new HashSet<>();
    private final List<Sample> samples = new ArrayList<>();
    private String family = "";

    private Exposition(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    static Exposition of(String text, boolean openMetrics) {
        var exposition = new Exposition(openMetrics);
        assertThat(text).endsWith("\n").doesNotContain("\r", "\uFFFD");
        List<String> lines = new ArrayList<>(List.of(text.split("\n")));
        if (openMetrics) assertThat(lines.removeLast()).isEqualTo("# EOF");
        for (String line : lines) exposition.read(line);
        return exposition;
    }

    private void read(String line) {
        assertThat(line).isNotEmpty().isEqualTo(line.strip());
        if (line.startsWith("#")) readMeta(line);
        else readSample(line);
    }

    private void readMeta(String line) {
        Matcher meta = META.matcher(line);
        assertThat(meta.matches()).as(line).isTrue();
        String name = meta.group(2);
        if (!name.equals(family)) {
            assertThat(finished).as("samples of a family stand together").doesNotContain(name);
            if (!family.isEmpty()) finished.add(family);
            family = name;
        }
        if (meta.group(1).equals("HELP")) {
            assertThat(described.add(name)).as(line).isTrue();
            return;
        }
        assertThat(types).doesNotContainKey(name);
        assertThat(meta.group(3)).isIn("counter", "gauge", "summary");
        types.put(name, meta.group(3));
    }

    private void readSample(String line) {
        Matcher found = SAMPLE.matcher(line);
        assertThat(found.matches()).as(line).isTrue();
        String name = found.group(1);
        Map<String, String> labels = labels(found.group(2), line);
        String number = found.group(3);
        double value = number.endsWith("Inf")
                ? Double.POSITIVE_INFINITY * (number.startsWith("-") ? -1 : 1)
                : Double.parseDouble(number);
        String type = types.get(family);
        assertThat(type).as("a sample behind its type: " + line).isNotNull();
        assertThat(described).contains(family);
        assertThat(name).as("a sample of the family above: " + line).isIn(namesOf(family, type));
        if (type.equals("counter") || name.endsWith("_count") && type.equals("summary"))
            assertThat(value).as(line).isNotNaN().isGreaterThanOrEqualTo(0).isFinite();
        assertThat(labels.containsKey("quantile")).as(line).isEqualTo(type.equals("summary") && name.equals(family));
        if (labels.containsKey("quantile"))
            assertThat(Double.parseDouble(labels.get("quantile"))).isBetween(0.0, 1.0);
        assertThat(series.add(name + labels)).as("each series once: " + line).isTrue();
        samples.add(new Sample(name, labels, value));
    }

    private List<String> namesOf(String family, String type) {
        return switch (type) {
            case "counter" -> List.of(openMetrics ? family + "_total" : family);
            case "summary" -> List.of(family, family + "_count", family + "_sum");
            default -> List.of(family);
        };
    }

    private static Map<String, String> labels(String text, String line) {
        var labels = new TreeMap<String, String>();
        if (text == null) return labels;
        assertThat(text).as(line).isNotEmpty().doesNotEndWith(",");
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            assertThat(label.find(at) && label.start() == at).as(line).isTrue();
            String value =
                    label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
            assertThat(labels.put(label.group(1), value)).as(line).isNull();
            at = label.end();
        }
        return labels;
    }

    List<Sample> samples() {
        return samples;
    }

    Map<String, String> types() {
        return types;
    }

    List<Sample> all(String name) {
        return samples.stream().filter(each -> each.name().equals(name)).toList();
    }

    /// The value of the sample with exactly these labels: name, value, ...
    double value(String name, String... labels) {
        var wanted = new TreeMap<String, String>();
        for (int i = 0; i < labels.length; i += 2) wanted.put(labels[i], labels[i + 1]);
        List<Sample> found =
                all(name).stream().filter(each -> each.labels().equals(wanted)).toList();
        assertThat(found).as(name + wanted + " of " + all(name)).hasSize(1);
        return found.getFirst().value();
    }
}
