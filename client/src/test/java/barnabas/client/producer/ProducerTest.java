package barnabas.client.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.client.producer.FakeLog.Mishap;
import barnabas.client.producer.ProducerOptions.Acks;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ProducerTest {
    private static final ProducerOptions FAST = ProducerOptions.DEFAULT.withBatches(200, Duration.ZERO);

    private static Cluster cluster(FakeLog log) {
        return new Cluster(List.of(log.address()), ConnectionOptions.of("test"), Duration.ofSeconds(10), new Random(1));
    }

    private static ProducerRecord record(String value) {
        return ProducerRecord.of(FakeLog.TOPIC, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static ProducerRecord record(int partition, String value) {
        var record = record(value);
        return new ProducerRecord(record.topic(), partition, 5, record.key(), record.value(), List.of());
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void deliversInOrderAndSaysWhere() throws Exception {
        try (var log = new FakeLog(1);
                var cluster = cluster(log)) {
            var deliveries = new CopyOnWriteArrayList<Delivery>();
            try (var producer = new Producer(cluster, FAST, new Random(1))) {
                for (String value : numbers(500)) producer.send(record(value), deliveries::add);
            }
            assertThat(log.log(0)).isEqualTo(numbers(500));
            assertThat(deliveries.stream().map(each -> ((Delivery.Acknowledged) each).offset()))
                    .isEqualTo(IntStream.range(0, 500).mapToObj(Long::valueOf).toList());
            assertThat(log.produceRequests()).as("records travel in batches").isLessThan(500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void compresses(CompressionCodec codec) throws Exception {
        try (var log = new FakeLog(1);
                var cluster = cluster(log)) {
            try (var producer = new Producer(cluster, FAST.withCompression(Compression.of(codec)), new Random(1))) {
                for (String value : numbers(100)) producer.send(record(value), Delivery.Listener.NONE);
            }
            assertThat(log.log(0)).isEqualTo(numbers(100));
        }
    }

    @Test
    void putsKeysWhereKafkasClientsDo() throws Exception {
        try (var log = new FakeLog(3);
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            byte[] key = "alice".getBytes(StandardCharsets.UTF_8);
            var delivery = producer.sendAndWait(ProducerRecord.of(FakeLog.TOPIC, key, key));
            int expected =
                    org.apache.kafka.common.utils.Utils.toPositive(org.apache.kafka.common.utils.Utils.murmur2(key))
                            % 3;
            assertThat(delivery.partition().partition()).isEqualTo(expected);
            assertThat(log.log(expected)).containsExactly("alice");
        }
    }

    /// Every record arrives once and in order over breaks of any kind.
    @Test
    void survivesMishaps() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        try (var log = new FakeLog(3);
                var cluster = cluster(log)) {
            for (int i = 0; i < 12; i++) {
                log.next(
                        switch (random.nextInt(4)) {
                            case 0 -> new Mishap.LostAnswer();
                            case 1 -> new Mishap.LostRequest();
                            case 2 -> new Mishap.Refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER);
                            default -> new Mishap.Refusal(ErrorCode.NOT_ENOUGH_REPLICAS);
                        });
            }
            var sent = List.of(new ArrayList<String>(), new ArrayList<String>(), new ArrayList<String>());
            var failed = new CopyOnWriteArrayList<Delivery>();
            try (var producer = new Producer(cluster, FAST, new Random(1))) {
                for (String value : numbers(600)) {
                    int partition = random.nextInt(3);
                    sent.get(partition).add(value);
                    producer.send(record(partition, value), delivery -> {
                        if (delivery instanceof Delivery.Failed) failed.add(delivery);
                    });
                }
            }
            assertThat(failed).as("seed %s", seed).isEmpty();
            for (int partition = 0; partition < 3; partition++) {
                assertThat(log.log(partition)).as("seed %s", seed).isEqualTo(sent.get(partition));
            }
        }
    }

    @Test
    void splitsBatchesThatAreTooLargeForTheTopic() throws Exception {
        try (var log = new FakeLog(1).batchBytesMax(200);
                var cluster = cluster(log)) {
            var options = ProducerOptions.DEFAULT.withBatches(100_000, Duration.ofSeconds(10));
            try (var producer = new Producer(cluster, options, new Random(1))) {
                for (String value : numbers(300)) producer.send(record(value), Delivery.Listener.NONE);
            }
            assertThat(log.log(0)).isEqualTo(numbers(300));
            assertThat(log.producerIds()).isEqualTo(1);
        }
    }

    @Test
    void aRecordThatIsTooLargeAloneFailsAndTheNextOneArrives() throws Exception {
        try (var log = new FakeLog(1).batchBytesMax(200);
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            var large = producer.sendAndWait(record("x".repeat(1_000)));
            assertThat(large)
                    .isInstanceOfSatisfying(
                            Delivery.Failed.class,
                            failed -> assertThat(((RequestFailedException) failed.reason()).error())
                                    .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
            assertThat(producer.sendAndWait(record("small"))).isInstanceOf(Delivery.Acknowledged.class);
            assertThat(log.log(0)).containsExactly("small");
            assertThat(log.producerIds())
                    .as("the refused sequence number is used again")
                    .isEqualTo(1);
        }
    }

    @Test
    void startsOverWithANewIdentityWhenTheBrokerForgotTheOldOne() throws Exception {
        try (var log = new FakeLog(1);
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            producer.sendAndWait(record("a"));
            log.forgetProducers();
            assertThat(producer.sendAndWait(record("b"))).isInstanceOf(Delivery.Failed.class);
            assertThat(producer.sendAndWait(record("c"))).isInstanceOf(Delivery.Acknowledged.class);
            assertThat(log.log(0)).containsExactly("a", "c");
            assertThat(log.producerIds()).isEqualTo(2);
        }
    }

    /// A batch of the same size behind one that failed must not be taken for a repetition of it.
    @Test
    void recordsBehindABatchThatMayBeThereAreNoDuplicates() throws Exception {
        List<List<Mishap>> mishaps = List.of(
                List.of(new Mishap.AppendedInSpiteOf(ErrorCode.UNKNOWN_SERVER_ERROR)),
                List.of(new Mishap.LostAnswer(), new Mishap.Refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED)),
                List.of(new Mishap.LostRequest(), new Mishap.Refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED)));
        for (List<Mishap> each : mishaps) {
            try (var log = new FakeLog(1).next(each.toArray(new Mishap[0]));
                    var cluster = cluster(log);
                    var producer = new Producer(cluster, FAST, new Random(1))) {
                assertThat(producer.sendAndWait(record("a"))).isInstanceOf(Delivery.Failed.class);
                assertThat(producer.sendAndWait(record("b"))).isInstanceOf(Delivery.Acknowledged.class);
                assertThat(log.log(0)).as("%s", each).endsWith("b");
            }
        }
    }

    @Test
    void aRefusalIsNoRetry() throws Exception {
        try (var log = new FakeLog(1).next(new Mishap.Refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED));
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            assertThat(producer.sendAndWait(record("a"))).isInstanceOf(Delivery.Failed.class);
            assertThat(log.produceRequests()).isEqualTo(1);
        }
    }

    @Test
    void asksForTheLeaderAgainBeforeARetry() throws Exception {
        try (var log = new FakeLog(1).next(new Mishap.Refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER));
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            int before = log.metadataRequests();
            assertThat(producer.sendAndWait(record("a"))).isInstanceOf(Delivery.Acknowledged.class);
            assertThat(log.metadataRequests()).isGreaterThanOrEqualTo(before + 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfAcknowledgement(Acks acks) throws Exception {
        try (var log = new FakeLog(1);
                var cluster = cluster(log)) {
            var deliveries = new CopyOnWriteArrayList<Delivery>();
            try (var producer = new Producer(cluster, FAST.withAcks(acks), new Random(1))) {
                for (String value : numbers(50)) producer.send(record(value), deliveries::add);
            }
            assertThat(deliveries).hasSize(50).allMatch(each -> each instanceof Delivery.Acknowledged);
            assertThat(log.producerIds()).isEqualTo(acks == Acks.ALL ? 1 : 0);
            if (acks != Acks.NONE) assertThat(log.log(0)).isEqualTo(numbers(50));
        }
    }

    @Test
    void waitsForRoomUntilTheTimeout() throws Exception {
        var gate = new CountDownLatch(1);
        try (var log = new FakeLog(1, gate);
                var cluster = cluster(log)) {
            var options = FAST.withBuffer(2_000, Duration.ofMillis(100));
            try (var producer = new Producer(cluster, options, new Random(1))) {
                assertThatThrownBy(() -> {
                            for (String value : numbers(1_000)) producer.send(record(value), Delivery.Listener.NONE);
                        })
                        .isInstanceOf(RequestFailedException.class)
                        .hasMessageContaining("the buffer stayed full");
                assertThatThrownBy(() -> producer.send(record("x".repeat(3_000)), Delivery.Listener.NONE))
                        .hasMessageContaining("larger than the whole buffer");
                gate.countDown();
                producer.flush();
                assertThat(producer.sendAndWait(record("room again"))).isInstanceOf(Delivery.Acknowledged.class);
            }
            assertThat(log.log(0)).endsWith("room again");
        }
    }

    @Test
    void abortCallsEveryListener() throws Exception {
        var gate = new CountDownLatch(1);
        try (var log = new FakeLog(1, gate);
                var cluster = cluster(log)) {
            var deliveries = new CopyOnWriteArrayList<Delivery>();
            var producer = new Producer(cluster, FAST, new Random(1));
            for (String value : numbers(50)) producer.send(record(value), deliveries::add);
            producer.abort();
            gate.countDown();
            assertThat(deliveries).hasSize(50).allMatch(each -> each instanceof Delivery.Failed);
            assertThatThrownBy(() -> producer.send(record("late"), Delivery.Listener.NONE))
                    .isInstanceOf(StoppedException.class);
        }
    }

    @Test
    void partitionsThatDoNotExistAreRefusedAtOnce() throws Exception {
        try (var log = new FakeLog(2);
                var cluster = cluster(log);
                var producer = new Producer(cluster, FAST, new Random(1))) {
            assertThatThrownBy(() -> producer.send(record(2, "a"), Delivery.Listener.NONE))
                    .isInstanceOf(RequestFailedException.class)
                    .hasMessageContaining("partition 2 of topic 't'");
        }
    }

    /// A slow broker gets larger batches, not more requests.
    @Test
    void fillsTheNextBatchWhileOneIsOnItsWay() throws Exception {
        var gate = new CountDownLatch(1);
        try (var log = new FakeLog(1, gate);
                var cluster = cluster(log);
                var producer = new Producer(
                        cluster, ProducerOptions.DEFAULT.withBatches(100_000, Duration.ZERO), new Random(1))) {
            var delivered = new CountDownLatch(100);
            for (String value : numbers(100)) producer.send(record(value), delivery -> delivered.countDown());
            gate.countDown();
            assertThat(delivered.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(log.log(0)).isEqualTo(numbers(100));
            assertThat(log.produceRequests()).isLessThanOrEqualTo(3);
        }
    }
}
