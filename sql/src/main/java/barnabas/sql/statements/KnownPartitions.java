package barnabas.sql.statements;

import barnabas.sql.plan.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Numbers of partitions that statements say, by topic.
final class KnownPartitions {
    private static final String PARTITIONS = "PARTITIONS";

    private final Map<String, Integer> counts = new HashMap<>();

    void putAll(Map<String, Integer> known) {
        counts.putAll(known);
    }

    /// @throws barnabas.sql.syntax.SqlProblem when the sides of a join have different numbers
    void check(Plan.Sink sink) {
        JoinPartitions.check(sink.input(), this::of);
    }

    /// The topic of CREATE with columns.
    void created(String topic, Map<String, String> properties) {
        put(topic, properties.get(PARTITIONS));
    }

    /// The topic of a query: as many partitions as that of its leftmost source, unless PARTITIONS says otherwise.
    void created(Plan.Sink sink, Map<String, String> properties) {
        Integer first = counts.get(JoinPartitions.leftmost(sink.input()).topic());
        if (first != null) counts.putIfAbsent(sink.target().topic(), first);
        put(sink.target().topic(), properties.get(PARTITIONS));
    }

    /// Number of partitions of a topic; empty when no statement says it.
    Optional<Integer> of(String topic) {
        return Optional.ofNullable(counts.get(topic));
    }

    void dropped(String topic) {
        counts.remove(topic);
    }

    private void put(String topic, @Nullable String partitions) {
        if (partitions != null) counts.put(topic, Integer.valueOf(partitions.strip()));
    }
}
