package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;

/// Compares the records of each topic that is expected with those that were written, in their order.
final class OutputComparison {
    private OutputComparison() {}

    static Optional<String> difference(
            List<CaseRecord> expected, Map<String, List<TopicRecord>> written, Function<String, DataSource> sources) {
        var ofTopic = new LinkedHashMap<String, List<CaseRecord>>();
        for (CaseRecord each : expected)
            ofTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each);
        if (expected.isEmpty()) {
            for (Map.Entry<String, List<TopicRecord>> each : written.entrySet())
                if (!each.getValue().isEmpty())
                    return Optional.of("no records expected, topic " + each.getKey() + " has "
                            + shown(each.getValue(), sources.apply(each.getKey())));
        }
        for (Map.Entry<String, List<CaseRecord>> each : ofTopic.entrySet()) {
            List<TopicRecord> actual = written.getOrDefault(each.getKey(), List.of());
            Optional<String> difference = ofTopic(each.getKey(), each.getValue(), actual, sources.apply(each.getKey()));
            if (difference.isPresent()) return difference;
        }
        return Optional.empty();
    }

    private static Optional<String> ofTopic(
            String topic, List<CaseRecord> expected, List<TopicRecord> actual, DataSource source) {
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            String what = difference(expected.get(i), actual.get(i), source);
            if (!what.isEmpty())
                return Optional.of("topic " + topic + ", record " + (i + 1) + ": " + what + "\n    expected: "
                        + shown(expected.get(i)) + "\n    actual:   " + shown(actual.get(i), source));
        }
        if (expected.size() == actual.size()) return Optional.empty();
        return Optional.of("topic " + topic + " has " + actual.size() + " records, expected " + expected.size()
                + "\n    actual: " + shown(actual, source));
    }

    private static String difference(CaseRecord expected, TopicRecord actual, DataSource source) {
        JsonNode key = TopicBytes.key(actual, source);
        if (!NodeComparison.equal(expected.key(), key)) return "another key";
        boolean equal = source.encoding().valueFormat().hasDefaults()
                ? NodeComparison.equalWithDefaults(expected.value(), TopicBytes.value(actual, source))
                : NodeComparison.equal(expected.value(), TopicBytes.value(actual, source));
        if (!equal) return "another value";
        if (expected.timestamp() != null && expected.timestamp() != actual.timestamp()) return "another timestamp";
        CaseRecord.Bounds wanted = expected.window();
        CaseRecord.Bounds window = TopicBytes.window(actual, source);
        if (wanted != null && (window == null || wanted.start() != window.start() || wanted.end() != window.end()))
            return "another window";
        if (expected.headers() != null && !sameHeaders(expected.headers(), actual.headers())) return "other headers";
        return "";
    }

    private static boolean sameHeaders(List<Header> expected, List<Header> actual) {
        if (expected.size() != actual.size()) return false;
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).key().equals(actual.get(i).key())) return false;
            if (!Arrays.equals(expected.get(i).value(), actual.get(i).value())) return false;
        }
        return true;
    }

    private static String shown(CaseRecord record) {
        String window = record.window() == null ? "" : " " + record.window();
        String time = record.timestamp() == null ? "" : " at " + record.timestamp();
        return record.key() + " " + record.value() + time + window;
    }

    private static String shown(TopicRecord record, DataSource source) {
        CaseRecord.Bounds window = TopicBytes.window(record, source);
        return TopicBytes.key(record, source) + " " + TopicBytes.value(record, source) + " at " + record.timestamp()
                + (window == null ? "" : " " + window);
    }

    private static String shown(List<TopicRecord> records, DataSource source) {
        var shown = new StringBuilder();
        for (TopicRecord each : records) shown.append("\n      ").append(shown(each, source));
        return shown.toString();
    }
}
