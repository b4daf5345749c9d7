package barnabas.sql.cases;

import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.topology.DrivenQuery;
import barnabas.sql.topology.QueryTopology;
import barnabas.sql.topology.ValueProblems;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;

/// One query in Kafka's test driver for topologies.
final class QueryDriver implements AutoCloseable {
    private final Set<String> topics = new LinkedHashSet<>();
    private final String target;
    private final BoundedCodecs codecs = new BoundedCodecs();
    private final TopologyTestDriver driver;
    private final TestOutputTopic<byte[], byte[]> output;
    private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new LinkedHashMap<>();

    /// @param old whether updates of tables by groups are written as Kafka Streams did before 3.5: a record without the
    ///     row that was, then one with the row that is
    QueryDriver(PersistentQuery query, Statements session, Path directory, boolean old) {
        for (String each : query.reads()) session.catalog().find(each).ifPresent(source -> topics.add(source.topic()));
        target = query.target().topic();
        driver = new TopologyTestDriver(
                QueryTopology.of(query.sink(), codecs, true, session.properties(), ValueProblems.NONE),
                properties(query.id(), directory, old, session.properties()),
                Instant.EPOCH);
        output = driver.createOutputTopic(target, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Properties properties(String id, Path directory, boolean old, Map<String, String> session) {
        Properties properties = DrivenQuery.settings(id, directory);
        if (Boolean.parseBoolean(session.get("ksql.fail.on.deserialization.error")))
            properties.put(
                    StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        if (old) properties.put(StreamsConfig.UPGRADE_FROM_CONFIG, StreamsConfig.UPGRADE_FROM_34);
        return properties;
    }

    Set<String> topics() {
        return topics;
    }

    boolean reads(String topic) {
        return topics.contains(topic);
    }

    String target() {
        return target;
    }

    /// @throws SqlProblem when the query writes without end because of the record
    void read(String topic, TopicRecord record) {
        codecs.reset();
        TestInputTopic<byte[], byte[]> input = inputs.computeIfAbsent(
                topic, name -> driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer()));
        var read =
                new TestRecord<>(record.key(), record.value(), new RecordHeaders(record.headers()), record.timestamp());
        try {
            input.pipeInput(read);
        } catch (StreamsException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause())
                if (cause instanceof SqlProblem problem) throw problem;
            throw e;
        }
    }

    /// Records that were written since the last call.
    List<TopicRecord> written() {
        var written = new ArrayList<TopicRecord>();
        for (TestRecord<byte[], byte[]> each : output.readRecordsToList())
            written.add(new TopicRecord(
                    each.key(),
                    each.value(),
                    each.timestamp(),
                    List.of(each.headers().toArray())));
        return written;
    }

    /// Topics that records were written to.
    Set<String> produced() {
        return driver.producedTopicNames();
    }

    @Override
    public void close() {
        driver.close();
    }
}
