package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.statements.ExpectedRecord;
import barnabas.sql.statements.Insertion;
import barnabas.sql.topology.WindowBytes;
import barnabas.sql.types.Comparison;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/// Compares the records of ASSERT VALUES and ASSERT NULL VALUES with those that were written: each stands for the next
/// record of its topic.
final class AssertedRecords {
    private AssertedRecords() {}

    static Optional<String> difference(List<ExpectedRecord> expected, Map<String, List<TopicRecord>> written) {
        Map<String, Integer> next = new HashMap<>();
        for (ExpectedRecord each : expected) {
            Insertion wanted = each.record();
            String topic = wanted.target().topic();
            List<TopicRecord> records = written.getOrDefault(topic, List.of());
            int at = next.merge(topic, 1, Integer::sum) - 1;
            if (at >= records.size())
                return Optional.of(
                        "Expected another record (" + shown(each) + ") but already reached end of the topic " + topic);
            if (!fits(each, records.get(at)))
                return Optional.of("topic " + topic + ", record " + (at + 1)
                        + ": Expected record does not match actual. Expected: "
                        + shown(each) + ", actual: " + TopicBytes.key(records.get(at), wanted.target()) + " "
                        + TopicBytes.value(records.get(at), wanted.target()));
        }
        return Optional.empty();
    }

    private static String shown(ExpectedRecord expected) {
        return expected.columns() + " = " + expected.record().key() + " "
                + (expected.deleted() ? "null" : expected.record().value());
    }

    private static boolean fits(ExpectedRecord expected, TopicRecord actual) {
        Insertion wanted = expected.record();
        DataSource source = wanted.target();
        Row key;
        Row value;
        try {
            Object found = new WindowBytes(source.keyCodec(), source.encoding().window()).decode(actual.key());
            key = found instanceof Windowed<?> windowed ? (Row) windowed.key() : (Row) found;
            value = source.valueCodec().decode(actual.value());
        } catch (SerializationException e) {
            return false;
        }
        if (wanted.timestamp() != null && wanted.timestamp() != actual.timestamp()) return false;
        if (expected.deleted() != (value == null)) return false;
        List<String> columns = expected.columns();
        return same(source.schema().keys(), columns, wanted.key(), key)
                && (expected.deleted() || same(source.schema().values(), columns, wanted.value(), value));
    }

    private static boolean same(List<Column> schema, List<String> columns, @Nullable Row wanted, @Nullable Row actual) {
        for (int i = 0; i < schema.size(); i++) {
            if (!columns.isEmpty() && !columns.contains(schema.get(i).name())) continue;
            Object one = wanted == null ? null : wanted.value(i);
            Object two = actual == null ? null : actual.value(i);
            if (!Comparison.equal(one, two)) return false;
        }
        return true;
    }
}
