package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.mirror.TwoClusters.Side;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands in an order that operators take by mistake, and sources that change.
class MirrorChangesTest {
    @TempDir
    private Path directory;

    private static void create(Side side, String topic) throws Exception {
        side.admin
                .createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static void produce(Side side, String topic, int count) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = side.producer(Map.of())) {
            for (int each = 0; each < count; each++)
                producer.send(new ProducerRecord<>(topic, 0, null, ("v" + each).getBytes(StandardCharsets.UTF_8)))
                        .get();
        }
    }

    private static long end(Side side, String topic) {
        try {
            var asked = new TopicPartition(topic, 0);
            return side.admin
                    .listOffsets(Map.of(asked, OffsetSpec.latest()), new ListOffsetsOptions().timeoutMs(1000))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            return -1;
        }
    }

    private static boolean exists(Side side, String topic) {
        try {
            return side.admin.listTopics().names().get().contains(topic);
        } catch (InterruptedException | ExecutionException e) {
            return false;
        }
    }

    private static void awaitStates(Side side, String mirror, String... states) {
        TwoClusters.await(
                () -> List.of(states) + " of " + mirror + ", but " + TwoClusters.states(side, mirror),
                () -> Set.copyOf(TwoClusters.states(side, mirror)).equals(Set.of(states)));
    }

    private static void promote(Side side, String mirror, String topic) throws Exception {
        side.mirrors().promote(topic);
        TwoClusters.await(topic + " is promoted", () -> {
            try {
                return !side.mirrors().topics(mirror).contains(topic);
            } catch (Exception e) {
                return false;
            }
        });
    }

    /// Else both clusters would wait for each other's records and take none.
    @Test
    void reverseWaitsForThePromotionAndEndsWithItsOwn() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source, "pay");
            produce(clusters.source, "pay", 3);
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "pay"));
            TwoClusters.await("copy", () -> end(clusters.target, "pay") == 3);
            clusters.source
                    .mirrors()
                    .set("back", Map.of("source", clusters.target.address(), "topics", "pay.*", "existing", "adopted"));
            awaitStates(
                    clusters.source,
                    "back",
                    "pay: the source's topic is filled by its mirror m: promote it there first");
            produce(clusters.source, "pay", 1);
            TwoClusters.await("the copy goes on", () -> end(clusters.target, "pay") == 4);

            promote(clusters.target, "m", "pay");
            awaitStates(clusters.source, "back", "pay-0 mirroring");
            produce(clusters.target, "pay", 2);
            TwoClusters.await("fail-back", () -> end(clusters.source, "pay") == 6);

            // what was promoted is not taken again, however often the mirror looks at its source
            promote(clusters.source, "back", "pay");
            for (String later : List.of("pay-1", "pay-2")) {
                create(clusters.target, later);
                TwoClusters.await(later, () -> exists(clusters.source, later));
            }
            assertThat(clusters.source.mirrors().topics("back")).doesNotContain("pay");
            produce(clusters.source, "pay", 1);
            assertThat(end(clusters.source, "pay")).isEqualTo(7);
            assertThat(TwoClusters.states(clusters.source, "back")).contains("pay-0 promoted");

            // another mirror of the same name takes it when it is asked for the topic
            for (String later : List.of("pay-1", "pay-2")) promote(clusters.source, "back", later);
            var gone = Map.of("source", "", "topics", "", "existing", "");
            clusters.source.mirrors().set("back", gone);
            clusters.source.mirrors().forgetPromotion("back", "pay"::equals);
            clusters.source
                    .mirrors()
                    .set("back", Map.of("source", clusters.target.address(), "topics", "pay", "existing", "adopted"));
            awaitStates(clusters.source, "back", "pay-0 mirroring");
            assertThat(end(clusters.source, "pay")).isEqualTo(6);
        }
    }

    private static void claim(Side side, String mirror, String topic, Side from) throws Exception {
        String id = from.admin
                .describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get()
                .topicId()
                .toString();
        var changes = new ArrayList<AlterConfigOp>();
        Map.of("barnabas.mirror", mirror, "barnabas.mirror.state", "claiming", "barnabas.mirror.source.id", id)
                .forEach((name, value) ->
                        changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        side.admin
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                .all()
                .get();
    }

    /// Both have asked before either saw the other's claim. Were both taken, each would truncate what only it has.
    @Test
    void oneOfTwoClustersThatReverseAtTheSameTimeGivesWay() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source, "pay");
            produce(clusters.source, "pay", 3);
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "pay"));
            TwoClusters.await("copy", () -> end(clusters.target, "pay") == 3);
            promote(clusters.target, "m", "pay");
            clusters.target.mirrors().set("m", Map.of("source", "", "topics", ""));
            produce(clusters.source, "pay", 2);
            produce(clusters.target, "pay", 4);

            claim(clusters.source, "back", "pay", clusters.target);
            claim(clusters.target, "forth", "pay", clusters.source);
            clusters.source
                    .mirrors()
                    .set("back", Map.of("source", clusters.target.address(), "topics", "pay", "existing", "adopted"));
            clusters.target
                    .mirrors()
                    .set("forth", Map.of("source", clusters.source.address(), "topics", "pay", "existing", "adopted"));
            var well = List.of("pay-0 mirroring");
            TwoClusters.await(
                    () -> "one mirror: " + TwoClusters.states(clusters.source, "back")
                            + TwoClusters.states(clusters.target, "forth"),
                    () -> well.equals(TwoClusters.states(clusters.source, "back"))
                            != well.equals(TwoClusters.states(clusters.target, "forth")));
            boolean back = well.equals(TwoClusters.states(clusters.source, "back"));
            Side kept = back ? clusters.target : clusters.source;
            long records = back ? 7 : 5;
            TwoClusters.await("copy", () -> end(clusters.source, "pay") == end(clusters.target, "pay"));
            assertThat(end(kept, "pay")).isEqualTo(records);
            awaitStates(
                    kept,
                    back ? "forth" : "back",
                    "pay: the source's topic is filled by its mirror " + (back ? "back" : "forth")
                            + ": promote it there first");
            produce(kept, "pay", 1);
            TwoClusters.await("later ones", () -> end(back ? clusters.source : clusters.target, "pay") == records + 1);
        }
    }

    /// The status says why nothing comes.
    @Test
    void promotedTopicIsNotTakenByAnotherMirrorOfTheSameSource() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source, "pay");
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "pay"));
            TwoClusters.await("copy", () -> end(clusters.target, "pay") == 0);
            promote(clusters.target, "m", "pay");
            awaitStates(clusters.target, "m", "pay-0 promoted");
            clusters.target.mirrors().set("n", Map.of("source", clusters.source.address(), "topics", "pay"));
            awaitStates(
                    clusters.target, "n", "pay: it was promoted here before: 'barnabas mirror reverse' takes it again");
        }
    }

    private static void awaitOtherCluster(TwoClusters clusters) {
        TwoClusters.await(
                () -> "problem, " + TwoClusters.states(clusters.target, "m") + ", payment exists: "
                        + exists(clusters.target, "payment"),
                () -> TwoClusters.states(clusters.target, "m").stream()
                        .anyMatch(
                                each -> each.contains("it is cluster ") && each.contains(" before: pause and resume")));
        assertThat(end(clusters.target, "pay")).isEqualTo(3);
        assertThat(exists(clusters.target, "payment")).isFalse();
    }

    @Test
    void anotherClusterAtTheSourcesAddressIsNotCopied() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source, "pay");
            produce(clusters.source, "pay", 3);
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "pay.*"));
            TwoClusters.await("copy", () -> end(clusters.target, "pay") == 3);
            clusters.source.replace(directory.resolve("other"));
            create(clusters.source, "pay");
            create(clusters.source, "payment");
            produce(clusters.source, "pay", 7);
            awaitOtherCluster(clusters);
            // a broker that starts again knows the cluster, too
            clusters.target.restart();
            awaitOtherCluster(clusters);

            clusters.source.replace(directory.resolve("source"));
            produce(clusters.source, "pay", 2);
            TwoClusters.await(
                    () -> "goes on, " + TwoClusters.states(clusters.target, "m"),
                    () -> end(clusters.target, "pay") == 5);
            awaitStates(clusters.target, "m", "pay-0 mirroring");
        }
    }

    /// The topic that is there comes from the cluster before, and is none of the other one's.
    @Test
    void acceptedClusterIsKnownAfterARestart() throws Exception {
        try (var clusters = new TwoClusters(directory)) {
            create(clusters.source, "pay");
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "pay.*"));
            awaitStates(clusters.target, "m", "pay-0 mirroring");
            clusters.source.replace(directory.resolve("other"));
            create(clusters.source, "pay");
            TwoClusters.await(
                    "the other cluster is refused",
                    () -> TwoClusters.states(clusters.target, "m").toString().contains("pause and resume"));
            clusters.target.mirrors().set("m", Map.of("state", "paused"));
            awaitStates(clusters.target, "m", "pay-0 paused");
            clusters.target.mirrors().set("m", Map.of("state", ""));
            awaitStates(clusters.target, "m", "pay-0 failed: the source's topic was deleted and created again");

            clusters.target.restart();
            create(clusters.source, "payment");
            TwoClusters.await(
                    "payment or a refusal",
                    () -> exists(clusters.target, "payment")
                            || TwoClusters.states(clusters.target, "m")
                                    .toString()
                                    .contains("pause and resume"));
            assertThat(exists(clusters.target, "payment")).isTrue();

            // it is the only one: that from before would have to be accepted again
            clusters.target.restart();
            clusters.source.replace(directory.resolve("source"));
            TwoClusters.await(
                    "the first cluster is refused",
                    () -> TwoClusters.states(clusters.target, "m").toString().contains("pause and resume"));
        }
    }
}
