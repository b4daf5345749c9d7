package barnabas.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.broker.TestDirectory;
import barnabas.broker.cluster.BrokerConfigRules;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.leaders.BrokerSession;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.request.Call;
import barnabas.broker.request.LooseCall;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.request.RequestMetrics;
import barnabas.broker.request.RequestServices;
import barnabas.broker.security.Authorizer;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ReplicaState;
import barnabas.protocol.message.FetchResponse;
import barnabas.replication.LocalPartitions;
import barnabas.replication.PartitionState;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Fetches of clients that know of the next leader epoch before this broker, number 1, does: it follows broker 2 in
/// epoch 4 and leads in epoch 5.
class ComingEpochTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final short VERSION = 17;
    private static final int CONSUMER = -1;
    private static final int FOLLOWER = 3;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);
    private final LocalPartitions partitions = new LocalPartitions(1, List.of(directory()), _ -> false, 30_000, clock);
    private final MemoryBudget budget = new MemoryBudget(512 << 20);
    private final AtomicInteger woken = new AtomicInteger();
    private ClusterMetadata metadata;

    @BeforeEach
    void start() throws Exception {
        var config = (ParseResult.Valid) BrokerConfig.parse(Map.of("log.dirs", "/data"));
        metadata = ClusterMetadata.start(
                LocalMetadataLog.open(Path.of("/metadata"), 1, disk, clock, Threads.SYSTEM),
                ControllerSettings.defaults(1, "cluster"),
                new BrokerConfigRules(new LiveConfig(config.config())),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new SplittableRandom(1));
        become(2, 4);
    }

    @AfterEach
    void stop() throws Exception {
        metadata.close();
    }

    private LogDirectory directory() {
        return TestDirectory.open(Path.of("/data"), disk, clock);
    }

    private void become(int leader, int epoch) {
        var state = new PartitionState(leader, epoch, epoch, List.of(1, 2, 3), List.of(1, 2, 3));
        partitions.host(new LocalPartitions.Replica(
                new TopicPartition("t", 0), TOPIC, state, TopicConfig.DEFAULTS, false, null));
    }

    private Fetch fetch(int client, int leaderEpoch) {
        var request = FetchRequest.builder()
                .replicaState(new ReplicaState(client, -1))
                .maxWaitMs(500)
                .minBytes(1)
                .maxBytes(1_000)
                .topics(List.of(new FetchTopic(
                        "", TOPIC, List.of(new FetchPartition(0, leaderEpoch, 0, -1, 0, 1_000, Uuid.ZERO, -1)))))
                .build();
        var slot = (ReplySlot) Proxy.newProxyInstance(
                ReplySlot.class.getClassLoader(), new Class<?>[] {ReplySlot.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("connection")) return new OpenConnection(1);
                    throw new UnsupportedOperationException(method.getName());
                });
        var services =
                new RequestServices(budget, Runnable::run, Authorizer.ALLOW_ALL, new RequestMetrics(), Clock.SYSTEM);
        Call call = LooseCall.of(ApiKey.FETCH, VERSION, slot, services);
        var leaders = new KnownLeaders(partitions, metadata, new BrokerSession(1, clock));
        var pool = new DiskPool(1, Threads.SYSTEM, clock);
        FetchingFollower follower = FetchingFollower.of(request, VERSION, metadata.current());
        var reader = new PartitionReader(
                partitions,
                leaders,
                pool,
                clock,
                new PartitionReader.Reader(VERSION, request.isolationLevel(), follower, "", "PLAINTEXT"),
                false);
        var sessions = new FetchSessions(10, budget, clock, new Random(1));
        return new Fetch(sessions, reader, pool, request, call, 1_000, clock);
    }

    private static ErrorCode error(Fetch fetch) {
        FetchResponse answer = fetch.response();
        assertThat(answer.responses()).hasSize(1);
        return ErrorCode.of(
                answer.responses().getFirst().partitions().getFirst().errorCode());
    }

    private void waits(Fetch fetch) {
        assertThat(fetch.look()).isEqualTo(Fetch.Look.NOT_YET);
        assertThat(fetch.watch(woken::incrementAndGet)).isEqualTo(Fetch.Look.NOT_YET);
        assertThat(fetch.patienceNanos()).isBetween(1L, 30_000_000L);
    }

    @Test
    void aFollowersFetchWaitsForTheEpochAndIsServedInIt() {
        isServedWhenTheEpochComes(FOLLOWER);
    }

    @Test
    void aConsumersFetchDoesToo() {
        isServedWhenTheEpochComes(CONSUMER);
    }

    private void isServedWhenTheEpochComes(int replica) {
        Fetch fetch = fetch(replica, 5);
        waits(fetch);
        become(1, 5);
        assertThat(woken).hasPositiveValue();
        assertThat(fetch.lookAgain()).isEqualTo(Fetch.Look.NOT_YET);
        assertThat(error(fetch)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anEpochThatDoesNotComeIsUnknownInTheEnd() {
        Fetch fetch = fetch(FOLLOWER, 6);
        waits(fetch);
        clock.advance(Duration.ofMillis(30));
        assertThat(fetch.patienceNanos()).isNotPositive();
        assertThat(error(fetch)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void aConsumerThatWaitsAtALeaderThatHasEndedIsAnswered() {
        become(1, 5);
        Fetch fetch = fetch(CONSUMER, 5);
        assertThat(fetch.look()).isEqualTo(Fetch.Look.NOT_YET);
        assertThat(fetch.watch(woken::incrementAndGet)).isEqualTo(Fetch.Look.NOT_YET);
        become(2, 6);
        assertThat(woken).hasPositiveValue();
        assertThat(fetch.lookAgain()).isEqualTo(Fetch.Look.ENOUGH);
        assertThat(error(fetch)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
    }
}
