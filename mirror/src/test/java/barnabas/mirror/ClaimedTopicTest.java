package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics that a mirror has claimed and does not fill yet: they may stay topics of this cluster.
class ClaimedTopicTest {
    private static final String MIRROR = "barnabas.mirror";
    private static final String STATE = "barnabas.mirror.state";
    private static final String TOPIC = "pay";

    @TempDir
    private Path directory;

    private static void alter(TwoClusters.Side side, AlterConfigOp... changes) throws Exception {
        side.admin
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, TOPIC), List.of(changes)))
                .all()
                .get();
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    private static AlterConfigOp delete(String name) {
        return new AlterConfigOp(new ConfigEntry(name, ""), OpType.DELETE);
    }

    private static String config(TwoClusters.Side side, String name) {
        try {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
            ConfigEntry found = side.admin
                    .describeConfigs(List.of(topic))
                    .all()
                    .get()
                    .get(topic)
                    .get(name);
            return found == null || found.isDefault() ? "" : found.value();
        } catch (InterruptedException | ExecutionException e) {
            return e.toString();
        }
    }

    private static void create(TwoClusters.Side side) throws Exception {
        side.admin
                .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static String id(TwoClusters.Side side) throws Exception {
        return side.admin
                .describeTopics(List.of(TOPIC))
                .topicNameValues()
                .get(TOPIC)
                .get()
                .topicId()
                .toString();
    }

    private static ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>(TOPIC, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static long committedEnd(TwoClusters.Side side) {
        try {
            var asked = new TopicPartition(TOPIC, 0);
            return side.admin
                    .listOffsets(
                            Map.of(asked, OffsetSpec.latest()),
                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(1000))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            return -1;
        }
    }

    /// Else the coordinator takes the transaction for ended, and consumers wait for its end for ever.
    @Test
    void transactionEndsInATopicThatIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory);
                KafkaProducer<byte[], byte[]> open = clusters.source.producer(Map.of("transactional.id", "t"));
                KafkaProducer<byte[], byte[]> waiting = clusters.source.producer(Map.of())) {
            create(clusters.source);
            open.initTransactions();
            open.beginTransaction();
            open.send(record("open")).get();
            alter(clusters.source, set(MIRROR, "m"), set(STATE, "claiming"));
            var sent = waiting.send(record("waits"));
            open.commitTransaction();
            TwoClusters.await("marker", () -> committedEnd(clusters.source) == 2);
            assertThat(sent.isDone()).isFalse();
            alter(clusters.source, delete(MIRROR), delete(STATE));
            assertThat(sent.get().offset()).isEqualTo(2);
            TwoClusters.await("both", () -> committedEnd(clusters.source) == 3);
        }
    }

    /// Nothing was copied: its transactions are not aborted, and a confirmation that comes late changes nothing.
    @Test
    void promotedClaimIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory);
                KafkaProducer<byte[], byte[]> open = clusters.source.producer(Map.of("transactional.id", "t"))) {
            create(clusters.source);
            open.initTransactions();
            open.beginTransaction();
            open.send(record("open")).get();
            alter(clusters.source, set(MIRROR, "m"), set(STATE, "claiming"));
            clusters.source.mirrors().promote(TOPIC);
            assertThat(config(clusters.source, MIRROR)).isEmpty();
            assertThat(config(clusters.source, "barnabas.mirror.promoted")).isEqualTo("m");
            alter(clusters.source, set(STATE, "preparing"));
            open.send(record("more")).get();
            open.commitTransaction();
            TwoClusters.await("all of it", () -> committedEnd(clusters.source) == 3);
        }
    }

    private static void awaitGivenBack(TwoClusters clusters, String why) {
        TwoClusters.await(
                () -> "given back, " + TwoClusters.states(clusters.target, "m"),
                () -> config(clusters.target, MIRROR).isEmpty());
        TwoClusters.await(
                () -> "status, " + TwoClusters.states(clusters.target, "m"),
                () -> TwoClusters.states(clusters.target, "m").contains(TOPIC + ": it is left as it is: " + why));
    }

    /// The mirror asks its source for nothing: the other cluster would wait for it without end.
    @Test
    void pausedMirrorGivesItsClaimBack() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source);
            create(clusters.target);
            alter(
                    clusters.target,
                    set(MIRROR, "m"),
                    set(STATE, "claiming"),
                    set("barnabas.mirror.source.id", id(clusters.source)));
            clusters.target
                    .mirrors()
                    .set(
                            "m",
                            Map.of(
                                    "source",
                                    clusters.source.address(),
                                    "topics",
                                    TOPIC,
                                    "existing",
                                    "adopted",
                                    "state",
                                    "paused"));
            awaitGivenBack(clusters, "the mirror is paused");
        }
    }

    @Test
    void claimOfATopicThatIsGoneIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.target);
            alter(
                    clusters.target,
                    set(MIRROR, "m"),
                    set(STATE, "claiming"),
                    set("barnabas.mirror.source.id", id(clusters.target)));
            clusters.target
                    .mirrors()
                    .set("m", Map.of("source", clusters.source.address(), "topics", TOPIC, "existing", "adopted"));
            awaitGivenBack(clusters, "the source has no such topic, or does not show it");
        }
    }

    /// A mirror that fills a topic cannot be deleted; a claim that it makes at that moment is given back.
    @Test
    void claimOfAMirrorThatIsGoneIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.target);
            clusters.target.mirrors().set("other", Map.of("source", clusters.source.address(), "topics", "none"));
            alter(clusters.target, set(MIRROR, "gone"), set(STATE, "claiming"));
            TwoClusters.await(
                    "given back", () -> config(clusters.target, MIRROR).isEmpty());
            assertThat(config(clusters.target, STATE)).isEmpty();
        }
    }

    @Test
    void claimOfATopicThatWasCreatedAgainIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source);
            create(clusters.target);
            alter(
                    clusters.target,
                    set(MIRROR, "m"),
                    set(STATE, "claiming"),
                    set("barnabas.mirror.source.id", id(clusters.target)));
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", TOPIC));
            TwoClusters.await(
                    () -> "given back, " + TwoClusters.states(clusters.target, "m"),
                    () -> config(clusters.target, MIRROR).isEmpty());
        }
    }
}
