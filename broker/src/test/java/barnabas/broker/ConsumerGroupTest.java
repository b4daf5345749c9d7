package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Consumer groups of KIP-848, end to end, with the official Java client and `group.protocol=consumer`.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConsumerGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String GROUP = "g";

    @TempDir
    Path data;

    private Barnabas broker;
    private Admin admin;
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();

    @BeforeEach
    void start() throws StartFailure {
        broker = Barnabas.start(settings());
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private Map<String, String> settings() {
        return Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "group.initial.rebalance.delay.ms", "0",
                "group.consumer.min.heartbeat.interval.ms", "100",
                "group.consumer.heartbeat.interval.ms", "100",
                "group.consumer.assignment.interval.ms", "0",
                "group.consumer.min.session.timeout.ms", "1000",
                "offsets.topic.num.partitions", "4");
    }

    @AfterEach
    void stop() {
        for (var each : consumers) each.close();
        admin.close();
        broker.close();
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(Map.of(
                "auto.offset.reset",
                "earliest",
                "group.id",
                GROUP,
                "group.protocol",
                "consumer",
                "enable.auto.commit",
                false,
                "metadata.max.age.ms",
                500));
        config.putAll(more);
        config.values().removeIf(""::equals);
        config.put("bootstrap.servers", broker.bootstrapServers());
        var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.add(consumer);
        return consumer;
    }

    private KafkaConsumer<byte[], byte[]> classic(Map<String, Object> more) {
        var config = new HashMap<String, Object>(
                Map.of("group.protocol", "classic", "heartbeat.interval.ms", 100, "session.timeout.ms", 10_000));
        config.putAll(more);
        return consumer(config);
    }

    private void close(KafkaConsumer<byte[], byte[]> consumer) {
        consumers.remove(consumer);
        consumer.close();
    }

    private void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    private void produce(String topic, int from, int to) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                byte[] value = ("v" + i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, value, value)).get();
            }
        }
    }

    /// Polls all of them until the condition holds; what they read.
    private static List<String> pollUntil(
            BooleanSupplier condition, Collection<KafkaConsumer<byte[], byte[]>> consumers) {
        var read = new ArrayList<String>();
        pollUntil(read, condition, consumers);
        return read;
    }

    private static void pollUntil(
            List<String> read, BooleanSupplier condition, Collection<KafkaConsumer<byte[], byte[]>> consumers) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(
                            "in time; assigned: %s, read: %s",
                            consumers.stream().map(KafkaConsumer::assignment).toList(), read)
                    .isLessThan(deadline);
            for (var consumer : consumers) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(20))) {
                    read.add(new String(each.value(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static BooleanSupplier share(int each, Collection<KafkaConsumer<byte[], byte[]>> consumers) {
        return () -> {
            var all = new HashSet<TopicPartition>();
            for (var consumer : consumers) {
                if (consumer.assignment().size() != each) return false;
                all.addAll(consumer.assignment());
            }
            return all.size() == each * consumers.size();
        };
    }

    private ConsumerGroupDescription described() throws Exception {
        return admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP);
    }

    private static Set<String> values(int from, int to) {
        var values = new HashSet<String>();
        for (int i = from; i < to; i++) values.add("v" + i);
        return values;
    }

    private GroupState state() {
        try {
            return described().groupState();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readsCommitsAndGoesOnAfterARestart() throws Exception {
        create("t", 3);
        produce("t", 0, 30);
        var before = consumer(Map.of());
        before.subscribe(List.of("t"));
        var read = new ArrayList<String>();
        pollUntil(read, () -> read.size() >= 30, List.of(before));
        assertThat(read).hasSize(30);
        assertThat(Set.copyOf(read)).isEqualTo(values(0, 30));
        before.commitSync();
        close(before);
        stop();
        start();
        produce("t", 30, 40);
        var after = consumer(Map.of());
        after.subscribe(List.of("t"));
        var more = new ArrayList<String>();
        pollUntil(more, () -> more.size() >= 10, List.of(after));
        assertThat(Set.copyOf(more)).isEqualTo(values(30, 40));
    }

    @Test
    void membersShareAndTakeOver() throws Exception {
        create("t", 6);
        var a = consumer(Map.of("client.id", "a"));
        var b = consumer(Map.of("client.id", "b"));
        var c = consumer(Map.of("client.id", "c"));
        for (var each : List.of(a, b, c)) each.subscribe(List.of("t"));
        pollUntil(share(2, List.of(a, b, c)), List.of(a, b, c));
        pollUntil(() -> state() == GroupState.STABLE, List.of(a, b, c));
        ConsumerGroupDescription group = described();
        assertThat(group.type()).isEqualTo(GroupType.CONSUMER);
        assertThat(group.partitionAssignor()).isEqualTo("uniform");
        assertThat(group.members()).hasSize(3).allSatisfy(member -> {
            assertThat(member.memberEpoch()).isEqualTo(group.groupEpoch());
            assertThat(member.targetAssignment()).contains(member.assignment());
            assertThat(member.assignment().topicPartitions()).hasSize(2);
            assertThat(member.upgraded()).contains(true);
        });
        close(b);
        pollUntil(share(3, List.of(a, c)), List.of(a, c));
    }

    @Test
    void administration() throws Exception {
        create("t", 2);
        produce("t", 0, 4);
        var a = consumer(Map.of());
        a.subscribe(List.of("t"));
        var read = new ArrayList<String>();
        pollUntil(read, () -> read.size() >= 4, List.of(a));
        a.commitSync();
        assertThat(admin.listGroups().all().get())
                .singleElement()
                .satisfies(listed -> assertThat(listed.type()).contains(GroupType.CONSUMER))
                .satisfies(listed -> assertThat(listed.groupState()).contains(GroupState.STABLE));
        assertThatThrownBy(
                        () -> admin.deleteConsumerGroups(List.of(GROUP)).all().get())
                .hasCauseInstanceOf(GroupNotEmptyException.class);
        assertThatThrownBy(() -> admin.deleteConsumerGroupOffsets(GROUP, Set.of(new TopicPartition("t", 0)))
                        .all()
                        .get())
                .hasCauseInstanceOf(GroupSubscribedToTopicException.class);
        assertThat(admin.listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get())
                .hasSize(2);
        close(a);
        assertThat(state()).isEqualTo(GroupState.EMPTY);
        admin.deleteConsumerGroupOffsets(GROUP, Set.of(new TopicPartition("t", 0)))
                .all()
                .get();
        assertThat(admin.listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get())
                .containsOnlyKeys(new TopicPartition("t", 1));
        admin.deleteConsumerGroups(List.of(GROUP)).all().get();
        assertThat(admin.listGroups().all().get()).isEmpty();
        assertThatThrownBy(this::described).hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void patternsAreMatchedByTheBroker() throws Exception {
        create("orders-a", 1);
        create("payments", 1);
        var a = consumer(Map.of());
        a.subscribe(new SubscriptionPattern("orders-.*"));
        pollUntil(() -> a.assignment().equals(Set.of(new TopicPartition("orders-a", 0))), List.of(a));
        create("orders-b", 1);
        var both = Set.of(new TopicPartition("orders-a", 0), new TopicPartition("orders-b", 0));
        pollUntil(() -> a.assignment().equals(both), List.of(a));
        var wrong = consumer(Map.of("group.id", "other"));
        wrong.subscribe(new SubscriptionPattern("orders-(.*"));
        assertThatThrownBy(() -> pollUntil(() -> false, List.of(wrong))).isInstanceOf(InvalidRegularExpression.class);
    }

    @Test
    void staticMembersComeBackToTheirPartitions() throws Exception {
        create("t", 4);
        var a = consumer(Map.of("group.instance.id", "ia"));
        var b = consumer(Map.of("group.instance.id", "ib"));
        for (var each : List.of(a, b)) each.subscribe(List.of("t"));
        pollUntil(share(2, List.of(a, b)), List.of(a, b));
        pollUntil(() -> state() == GroupState.STABLE, List.of(a, b));
        int epoch = described().groupEpoch().orElseThrow();
        Set<TopicPartition> had = a.assignment();
        close(a);
        assertThat(described().members()).hasSize(2);
        var again = consumer(Map.of("group.instance.id", "ia"));
        again.subscribe(List.of("t"));
        pollUntil(() -> again.assignment().equals(had), List.of(again, b));
        assertThat(described().groupEpoch()).hasValue(epoch);
        var thief = consumer(Map.of("group.instance.id", "ib"));
        thief.subscribe(List.of("t"));
        assertThatThrownBy(() -> pollUntil(() -> false, List.of(thief)))
                .isInstanceOf(UnreleasedInstanceIdException.class);
    }

    @Test
    void membersChooseTheAssignor() throws Exception {
        create("t", 2);
        create("u", 2);
        var a = consumer(Map.of("group.remote.assignor", "range"));
        var b = consumer(Map.of("group.remote.assignor", "range"));
        for (var each : List.of(a, b)) each.subscribe(List.of("t", "u"));
        pollUntil(share(2, List.of(a, b)), List.of(a, b));
        assertThat(described().partitionAssignor()).isEqualTo("range");
        for (var each : List.of(a, b)) {
            // The same partition of both.
            assertThat(each.assignment().stream().map(TopicPartition::partition).distinct())
                    .hasSize(1);
        }
        var unheard = consumer(Map.of("group.remote.assignor", "unheard-of"));
        unheard.subscribe(List.of("t"));
        assertThatThrownBy(() -> pollUntil(() -> false, List.of(unheard)))
                .isInstanceOf(UnsupportedAssignorException.class);
    }

    @Test
    void groupVersionZeroTurnsTheProtocolOff() throws Exception {
        create("t", 1);
        var off = new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
        admin.updateFeatures(Map.of("group.version", off), new UpdateFeaturesOptions())
                .all()
                .get();
        var a = consumer(Map.of());
        a.subscribe(List.of("t"));
        assertThatThrownBy(() -> pollUntil(() -> false, List.of(a))).isInstanceOf(UnsupportedVersionException.class);
        var on = new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE);
        admin.updateFeatures(Map.of("group.version", on), new UpdateFeaturesOptions())
                .all()
                .get();
        var b = consumer(Map.of());
        b.subscribe(List.of("t"));
        pollUntil(share(1, List.of(b)), List.of(b));
    }

    @Test
    void aGroupHasItsOwnSessionTimeout() throws Exception {
        create("t", 1);
        var resource = new ConfigResource(ConfigResource.Type.GROUP, GROUP);
        assertThatThrownBy(() -> set(resource, "consumer.session.timeout.ms", "999"))
                .hasCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("consumer.session.timeout.ms must be in the range 1000 to 60000 inclusive.");
        set(resource, "consumer.session.timeout.ms", "1000");
        var a = consumer(Map.of("group.instance.id", "ia"));
        a.subscribe(List.of("t"));
        pollUntil(share(1, List.of(a)), List.of(a));
        close(a);
        assertThat(described().members()).hasSize(1);
        pollUntil(() -> state() == GroupState.EMPTY, List.of());
    }

    /// One by one the members are replaced by members of the other protocol, there and back, while records come in.
    @ParameterizedTest
    @ValueSource(
            classes = {
                RangeAssignor.class,
                RoundRobinAssignor.class,
                StickyAssignor.class,
                CooperativeStickyAssignor.class
            })
    void aGroupMigratesOnlineAndBack(Class<?> assignor) throws Exception {
        Map<String, Object> classic = Map.of("partition.assignment.strategy", assignor.getName());
        create("t", 4);
        var members = new ArrayList<>(List.of(classic(classic)));
        members.getFirst().subscribe(List.of("t"));
        pollUntil(share(4, members), members);
        // After the second rebalance sticky members send what they own.
        members.add(classic(classic));
        for (var each : members) each.subscribe(List.of("t"));
        pollUntil(share(2, members), members);
        assertThat(listedType()).contains(GroupType.CLASSIC);
        var read = new ArrayList<String>();
        int produced = 0;
        for (boolean modern : List.of(true, true, false, false)) {
            var leaving = members.removeFirst();
            var joining = modern ? consumer(Map.of()) : classic(classic);
            joining.subscribe(List.of("t"));
            members.add(joining);
            var three = List.of(leaving, members.getFirst(), joining);
            pollUntil(read, () -> !joining.assignment().isEmpty(), three);
            produce("t", produced, produced + 20);
            produced += 20;
            int expected = produced;
            pollUntil(read, () -> read.size() >= expected, three);
            for (var each : three) commit(each, read, three);
            close(leaving);
            pollUntil(read, share(2, members), members);
            // Only the last replacement leaves no member of the consumer protocol.
            assertThat(listedType()).contains(produced < 80 ? GroupType.CONSUMER : GroupType.CLASSIC);
        }
        assertThat(read).hasSize(80);
        assertThat(Set.copyOf(read)).isEqualTo(values(0, 80));
    }

    /// Commits, after more polls where a cooperative rebalance is under way.
    private void commit(
            KafkaConsumer<byte[], byte[]> consumer, List<String> read, List<KafkaConsumer<byte[], byte[]>> all) {
        pollUntil(
                read,
                () -> {
                    try {
                        consumer.commitSync();
                        return true;
                    } catch (RebalanceInProgressException e) {
                        return false;
                    }
                },
                all);
    }

    private java.util.Optional<GroupType> listedType() throws Exception {
        return admin.listGroups().all().get().iterator().next().type();
    }

    private void set(ConfigResource resource, String name, String value) throws Exception {
        var set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }
}
