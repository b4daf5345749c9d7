package barnabas.sql.engine;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.plan.Plan;
import barnabas.sql.registry.RegistryFormats;
import barnabas.sql.statements.JoinPartitions;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/// Makes the topics of new streams and tables and registers their schemas, and checks those that are there. A registry
/// refuses more than a cluster that has checked a topic: schemas come first, so that a refused statement leaves
/// nothing.
final class SinkTopics {
    private static final long RETENTION_MS = 7L * 24 * 3_600_000;

    private final ClusterTopics topics;
    private final @Nullable RegistryFormats formats;

    /// @param formats of the schema registry; null without one
    SinkTopics(ClusterTopics topics, @Nullable RegistryFormats formats) {
        this.topics = topics;
        this.formats = formats;
    }

    /// Refuses a format that needs a registry when there is none.
    void refuseRegistry(DataSource source) {
        for (Format each :
                List.of(source.encoding().keyFormat(), source.encoding().valueFormat()))
            if (formats == null && each.usesRegistry()) throw withoutRegistry(each);
    }

    static SqlProblem withoutRegistry(Format format) {
        return new SqlProblem("Format " + format
                + " needs a schema registry: name it with ksql.schema.registry.url in the service's settings, "
                + "or use JSON, DELIMITED or KAFKA.");
    }

    /// For CREATE with columns.
    void ofSource(DataSource source, Statement.CreateSource statement) throws InterruptedException {
        Integer partitions = number(statement.properties(), "PARTITIONS");
        Integer replicas = number(statement.properties(), "REPLICAS");
        Optional<ClusterTopics.Size> found = topics.size(source.topic());
        if (found.isPresent()) {
            checkSize(source.topic(), found.get(), partitions, replicas);
            register(source, false);
            return;
        }
        if (partitions == null)
            throw new SqlProblem(
                    statement.at(),
                    "Topic '" + source.topic()
                            + "' does not exist. Give PARTITIONS (and REPLICAS if wanted) to create it: CREATE "
                            + source.kind() + " " + source.name() + " (...) WITH (KAFKA_TOPIC='" + source.topic()
                            + "', ..., PARTITIONS=4);");
        var size = new ClusterTopics.Size(partitions, replicas == null ? -1 : replicas);
        NewTopic wanted = checked(source, size, statement.properties());
        register(source, false);
        topics.create(wanted);
    }

    /// For queries: the topic has as many partitions as that of the leftmost source, unless PARTITIONS says otherwise.
    void ofQuery(Plan.Sink sink, Map<String, String> properties) throws InterruptedException {
        Partitions.check(sink.input(), topics);
        DataSource target = sink.target();
        Integer partitions = number(properties, "PARTITIONS");
        Integer replicas = number(properties, "REPLICAS");
        Optional<ClusterTopics.Size> found = topics.size(target.topic());
        if (found.isPresent()) {
            checkSize(target.topic(), found.get(), partitions, replicas);
            register(target, true);
            return;
        }
        DataSource first = JoinPartitions.leftmost(sink.input());
        ClusterTopics.Size source = topics.size(first.topic()).orElse(null);
        if (source == null)
            throw new SqlProblem("Topic '" + first.topic() + "' of " + first.name()
                    + " does not exist in the cluster any more. Create it, or drop " + first.name() + ".");
        var size = new ClusterTopics.Size(
                partitions == null ? source.partitions() : partitions, replicas == null ? source.replicas() : replicas);
        NewTopic wanted = checked(target, size, properties);
        register(target, true);
        topics.create(wanted);
    }

    private NewTopic checked(DataSource source, ClusterTopics.Size size, Map<String, String> properties)
            throws InterruptedException {
        NewTopic wanted = ClusterTopics.topic(source.topic(), size, settings(source, properties));
        topics.check(wanted);
        return wanted;
    }

    /// @param written a query writes it
    private void register(DataSource source, boolean written) {
        if (formats != null && !source.readOnly()) formats.register(source, written);
    }

    private static void checkSize(
            String topic, ClusterTopics.Size found, @Nullable Integer partitions, @Nullable Integer replicas) {
        boolean fits = (partitions == null || partitions == found.partitions())
                && (replicas == null || replicas < 1 || replicas == found.replicas());
        if (fits) return;
        throw new SqlProblem("A Kafka topic with the name '" + topic
                + "' already exists with other partitions or replicas: the statement asks for "
                + (partitions == null ? found.partitions() : partitions) + " partitions (topic has "
                + found.partitions() + "), and " + (replicas == null ? found.replicas() : replicas)
                + " replicas (topic has " + found.replicas() + "). Leave PARTITIONS and REPLICAS out, "
                + "or name another KAFKA_TOPIC.");
    }

    private static Map<String, String> settings(DataSource source, Map<String, String> properties) {
        var settings = new HashMap<String, String>();
        if (source.isTable()) {
            boolean windowed = source.encoding().window() != null;
            settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, windowed ? "compact,delete" : "compact");
            if (windowed) settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(RETENTION_MS));
        }
        String policy = properties.get("CLEANUP_POLICY");
        if (policy != null) settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, policy);
        String retention = properties.get("RETENTION_MS");
        if (retention != null) settings.put(TopicConfig.RETENTION_MS_CONFIG, retention);
        return settings;
    }

    private static @Nullable Integer number(Map<String, String> properties, String name) {
        String text = properties.get(name);
        if (text == null) return null;
        try {
            int number = Integer.parseInt(text);
            if (number > 0) return number;
        } catch (NumberFormatException e) {
            throw new SqlProblem("Invalid value " + text + " for property " + name + ": expected a whole number", e);
        }
        throw new SqlProblem("Invalid value " + text + " for property " + name + ": expected 1 or more");
    }
}
