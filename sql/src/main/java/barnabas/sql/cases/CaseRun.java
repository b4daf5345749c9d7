package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.rows.Schema;
import barnabas.sql.statements.Insertion;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.topology.QueryTopology;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.test.TestRecord;

/// Runs one case. Queries run one after the other, in the order of their creation: each reads the case's
/// inputs, then the records that queries before it have written.
final class CaseRun {
    private final FunctionRegistry functions;
    private final Path directory;
    private final Map<String, List<TopicRecord>> written = new LinkedHashMap<>();

    /// @param directory for the driver's files
    CaseRun(FunctionRegistry functions, Path directory) {
        this.functions = functions;
        this.directory = directory;
    }

    /// The first difference between what is expected and what happens; empty when there is none.
    Optional<String> difference(SqlCase sqlCase) {
        var statements = new Statements(functions, sqlCase.properties());
        try {
            for (String each : sqlCase.statements()) statements.execute(each);
            if (sqlCase.failure() == null) run(sqlCase, statements);
        } catch (SqlProblem e) {
            return failed(sqlCase, e);
        }
        SqlCase.Failure failure = sqlCase.failure();
        if (failure != null) return Optional.of("no failure, expected: " + failure.message());
        if (sqlCase.outputs() == null) return Optional.empty();
        return OutputComparison.difference(sqlCase.outputs(), written, topic -> source(statements, topic));
    }

    private static Optional<String> failed(SqlCase sqlCase, SqlProblem problem) {
        String message = String.valueOf(problem.getMessage());
        SqlCase.Failure failure = sqlCase.failure();
        if (failure == null) return Optional.of("failed: " + message);
        String expected = failure.message();
        if (expected == null || plain(message).contains(plain(expected))) return Optional.empty();
        return Optional.of("failed with: " + message + "\n    expected: " + expected);
    }

    /// Messages are compared without backticks, quotes and the widths of spaces.
    private static String plain(String message) {
        return message.replace("`", "").replace("'", "").replaceAll("\\s+", " ").strip();
    }

    private void run(SqlCase sqlCase, Statements statements) {
        for (Insertion each : statements.insertions()) {
            DataSource target = each.target();
            byte[] key = each.key() == null ? null : target.keyCodec().encode(each.key());
            byte[] value = each.value() == null ? null : target.valueCodec().encode(each.value());
            Long timestamp = each.timestamp();
            written(target.topic()).add(new TopicRecord(key, value, timestamp == null ? 0 : timestamp, List.of()));
        }
        for (PersistentQuery each : statements.queries()) run(sqlCase, statements, each);
    }

    private List<TopicRecord> written(String topic) {
        return written.computeIfAbsent(topic, _ -> new ArrayList<>());
    }

    private void run(SqlCase sqlCase, Statements statements, PersistentQuery query) {
        Topology topology = QueryTopology.of(query.sink());
        Set<String> topics = new LinkedHashSet<>();
        for (String each : query.reads())
            statements.catalog().find(each).ifPresent(source -> topics.add(source.topic()));
        try (var driver = new TopologyTestDriver(topology, properties(query.id()), Instant.EPOCH)) {
            for (CaseRecord each : sqlCase.inputs()) {
                if (topics.contains(each.topic()))
                    pipe(driver, each.topic(), TopicBytes.record(each, source(statements, each.topic())));
            }
            for (String topic : topics)
                for (TopicRecord each : List.copyOf(written.getOrDefault(topic, List.of()))) pipe(driver, topic, each);
            String target = query.target().topic();
            var output = driver.createOutputTopic(target, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            for (TestRecord<byte[], byte[]> each : output.readRecordsToList()) {
                written(target)
                        .add(new TopicRecord(
                                each.key(),
                                each.value(),
                                each.timestamp(),
                                List.of(each.headers().toArray())));
            }
        }
    }

    private static void pipe(TopologyTestDriver driver, String topic, TopicRecord record) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(
                        record.key(), record.value(), new RecordHeaders(record.headers()), record.timestamp()));
    }

    /// A stream or table over the topic; without one a stream of texts.
    private static DataSource source(Statements statements, String topic) {
        for (DataSource each : statements.catalog().sources()) if (each.topic().equals(topic)) return each;
        var encoding = new DataSource.Encoding(Format.DELIMITED, Format.JSON, Format.Options.DEFAULT, null, null);
        return new DataSource(Statement.Kind.STREAM, topic, new Schema(List.of()), topic, encoding, false);
    }

    private Properties properties(String id) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:0");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        return properties;
    }
}
