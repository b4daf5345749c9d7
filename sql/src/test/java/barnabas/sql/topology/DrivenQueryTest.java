package barnabas.sql.topology;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.statements.TopicTypes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrivenQueryTest {
    private static final int LARGE = 10_000;
    private static final int GROUPS = 10;

    @TempDir
    static Path data;

    private static ConsumerRecord<byte[], byte[]> record(String key, String text) {
        return new ConsumerRecord<>(
                "s",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                ("{\"V\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }

    /// Small groups that change often make no room for large ones.
    @Test
    void eachGroupCountsAsItIs() {
        var functions = StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);
        var statements = new Statements(functions, Map.of(), TopicTypes.NONE);
        statements.execute("CREATE STREAM s (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
                + "CREATE TABLE o AS SELECT k, LATEST_BY_OFFSET(v) AS v FROM s GROUP BY k;");
        PersistentQuery made = statements.running().iterator().next();
        Plan plan = made.sink().input();
        try (var query = new DrivenQuery(plan, made.sink().values(), Codecs.PLAIN, "q", data)) {
            for (int i = 0; i < GROUPS; i++) query.read(record("large" + i, "x".repeat(LARGE)));
            query.forget();
            assertThat(query.stateBytes()).isGreaterThan(GROUPS * LARGE);
            for (int i = 0; i < 1_000; i++) query.read(record("small", "x"));
            query.forget();
            assertThat(query.stateBytes()).isBetween((long) GROUPS * LARGE, 2L * GROUPS * LARGE);
            for (int i = 0; i < GROUPS; i++) query.read(record("large" + i, "x"));
            query.forget();
            assertThat(query.stateBytes()).isLessThan(LARGE);
        }
    }
}
