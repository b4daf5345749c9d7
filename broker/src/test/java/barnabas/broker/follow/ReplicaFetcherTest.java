package barnabas.broker.follow;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Deadline;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.broker.TestDirectory;
import barnabas.broker.peers.BrokerConnection;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.config.ReplicationConfig.FollowerFetch;
import barnabas.config.TopicConfig;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataPosition;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerOutcome;
import barnabas.net.peer.PeerSecurity;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord.BrokerEndpoint;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionState;
import barnabas.replication.throttle.ReplicationThrottle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A fetcher of broker 1, whose source is broker 2. The test's thread stands for the event loop of its peer.
class ReplicaFetcherTest {
    private static final int SELF = 1;
    private static final int LEADER = 2;
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final LocalPartitions partitions = new LocalPartitions(
            SELF,
            List.of(TestDirectory.open(Path.of("/data"), new SimulatedDisk(1, clock), clock)),
            _ -> false,
            30_000,
            clock);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final SentRequests source = new SentRequests();
    private final ReplicaFetcher fetcher = new ReplicaFetcher(
            "fetcher",
            new BrokerConnection(LEADER, environment(), new PeerConfig("test", "1", 1)),
            environment(),
            new FollowerFetch(1, 500, 1, 1 << 20, 10 << 20, 1_000, 30_000, 64 << 10),
            new ReplicationThrottle(SELF, clock),
            clock,
            Threads.system((_, cause) -> failures.add(cause)));
    private final Partition partition = host(0);

    /// A peer whose requests the test answers.
    private static final class SentRequests implements Peer {
        final BlockingQueue<Sent> all = new LinkedBlockingQueue<>();
        final Set<Consumer<PeerOutcome>> unanswered = ConcurrentHashMap.newKeySet();
        volatile @Nullable RuntimeException failure;

        @Override
        public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
            RuntimeException planted = failure;
            if (planted != null) throw planted;
            unanswered.add(done);
            all.add(new Sent(request, done, Thread.currentThread()));
        }

        void answer(Sent asked, PeerOutcome outcome) {
            unanswered.remove(asked.done);
            asked.done.accept(outcome);
        }

        @Override
        public void close() {
            for (Consumer<PeerOutcome> each : List.copyOf(unanswered)) {
                unanswered.remove(each);
                each.accept(new PeerOutcome.Disconnected(true, "closed"));
            }
        }
    }

    private record Sent(RequestMessage request, Consumer<PeerOutcome> done, Thread by) {}

    private BrokerConnection.Environment environment() {
        var endpoint = new BrokerEndpoint("PLAINTEXT", "broker2", 9092, (short) 0);
        var registered = RegisterBrokerRecord.builder()
                .brokerId(LEADER)
                .endPoints(List.of(endpoint))
                .build();
        ClusterImage image = ClusterImage.empty("cluster")
                .replay(List.of(registered), new MetadataPosition(1, 1, 0))
                .after();
        var network = new Network() {
            @Override
            public Server listen(ServerConfig config, FrameHandler handler) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Peer connect(String host, int port, PeerSecurity security, PeerConfig config) {
                return source;
            }
        };
        return new BrokerConnection.Environment(
                SELF, "PLAINTEXT", () -> image, new BrokerNetwork(network, PeerSecurity.NONE));
    }

    private Partition host(int index) {
        var state = new PartitionState(LEADER, 1, 1, List.of(1, 2), List.of(1, 2));
        partitions.host(new LocalPartitions.Replica(
                new TopicPartition("t", index), TOPIC, state, TopicConfig.DEFAULTS, false, null));
        return partitions.find(TOPIC, index);
    }

    @AfterEach
    void close() {
        fetcher.close();
    }

    private Sent next() throws InterruptedException {
        Sent sent = source.all.poll(60, TimeUnit.SECONDS);
        assertThat(sent).isNotNull();
        return sent;
    }

    /// Sends what is answered and returns the request that follows it.
    private Sent afterAnswer(Sent asked, FetchAnswers.Part... parts) throws InterruptedException {
        source.answer(asked, FetchAnswers.of(TOPIC, parts));
        return next();
    }

    private void assertOnLoop(Sent sent) {
        assertThat(sent.by).isEqualTo(Thread.currentThread());
    }

    private void assertByThread(Sent sent) {
        assertThat(sent.by.getName()).isEqualTo("fetcher");
    }

    @Test
    void anAnswerIsTakenWhereItArrives() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent first = next();
        assertByThread(first);
        Sent second = afterAnswer(first, FetchAnswers.records(0, 0, 3));
        assertOnLoop(second);
        assertThat(FetchAnswers.offsetIn(second.request, 0)).isEqualTo(3);
        Sent third = afterAnswer(second, FetchAnswers.records(0, 3, 2).committed(4));
        assertOnLoop(third);
        assertThat(FetchAnswers.offsetIn(third.request, 0)).isEqualTo(5);
        assertThat(partition.log().logEndOffset()).isEqualTo(5);
        assertThat(partition.highWatermark()).isEqualTo(4);
        Sent fourth = afterAnswer(third);
        assertOnLoop(fourth);
        assertThat(FetchAnswers.topicsIn(fourth.request)).isEmpty();
    }

    @Test
    void aTruncationIsLeftToTheThread() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent second = afterAnswer(next(), FetchAnswers.records(0, 0, 2));
        Sent third = afterAnswer(second, FetchAnswers.records(0, 2, 1));
        Sent fourth = afterAnswer(third, FetchAnswers.diverging(0, 1, 2));
        assertByThread(fourth);
        assertThat(FetchAnswers.offsetIn(fourth.request, 0)).isEqualTo(2);
        assertOnLoop(afterAnswer(fourth, FetchAnswers.records(0, 2, 1)));
    }

    @Test
    void aLogStartThatMovesIsLeftToTheThread() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent second = afterAnswer(next(), FetchAnswers.records(0, 0, 3).committed(3));
        assertByThread(afterAnswer(second, FetchAnswers.nothing(0).committed(3).from(2)));
        assertThat(partition.log().logStartOffset()).isEqualTo(2);
    }

    @Test
    void anAppendThatIsForcedIsLeftToTheThreadInItsPlace() throws InterruptedException {
        Partition other = host(1);
        other.log().reconfigure(other.log().config().withFlush(new LogConfig.Flush(2, Long.MAX_VALUE, false)));
        fetcher.follow(partition, 1);
        Sent first = next();
        fetcher.follow(other, 1);
        Sent asked = afterAnswer(first);
        Sent after = afterAnswer(asked, FetchAnswers.records(1, 0, 2), FetchAnswers.records(0, 0, 1));
        assertByThread(after);
        assertThat(other.log().recoveryPoint()).isEqualTo(2);
        assertThat(partition.log().logEndOffset()).isEqualTo(1);
    }

    @Test
    void aLargeAnswerIsLeftToTheThread() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent second = afterAnswer(next(), FetchAnswers.recordOf(0, 0, 300 << 10));
        assertByThread(second);
        assertThat(FetchAnswers.offsetIn(second.request, 0)).isEqualTo(1);
    }

    @Test
    void aSlowDiskIsLeftToTheThreadForAWhile() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent first = next();
        partition.watch(_ -> clock.advance(Duration.ofMillis(50)));
        Sent second = afterAnswer(first, FetchAnswers.records(0, 0, 1).committed(1));
        assertOnLoop(second);
        assertByThread(afterAnswer(second, FetchAnswers.records(0, 1, 1)));
    }

    @Test
    void figuresAreThoseOfTheReplicaFurthestBehind() throws InterruptedException {
        assertThat(fetcher.fetchesPerSecond(clock.nanos())).isZero();
        fetcher.follow(partition, 1);
        fetcher.follow(host(1), 1);
        Sent second = afterAnswer(next());
        clock.advance(Duration.ofSeconds(4));
        Sent third = afterAnswer(
                second,
                FetchAnswers.records(0, 0, 3).committed(10),
                FetchAnswers.records(1, 0, 3).committed(3));
        assertThat(fetcher.lagMax()).isEqualTo(7);
        assertThat(fetcher.fetchesPerSecond(clock.nanos())).isBetween(0.5, 1.0);
        clock.advance(Duration.ofSeconds(3));
        afterAnswer(third, FetchAnswers.records(0, 3, 7).committed(10));
        assertThat(fetcher.lagMax()).isZero();
        assertThat(fetcher.isDead()).isFalse();
        assertThat(fetcher.failedReplicas()).isZero();
    }

    @Test
    void commandsComeBeforeTheNextRequest() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent first = next();
        fetcher.follow(host(1), 1);
        Sent second = afterAnswer(first);
        assertByThread(second);
        assertThat(FetchAnswers.offsetIn(second.request, 1)).isZero();
        fetcher.leave(new ReplicaKey(TOPIC, 1));
        Sent third = afterAnswer(second, FetchAnswers.records(1, 0, 1));
        assertThat(FetchAnswers.forgottenIn(third.request)).isEqualTo(1);
    }

    @Test
    void aFailureOnTheLoopIsThatOfTheThread() throws InterruptedException {
        fetcher.follow(partition, 1);
        Sent first = next();
        var planted = new IllegalStateException("planted");
        source.failure = planted;
        source.answer(first, FetchAnswers.of(TOPIC));
        assertThat(failures.poll(60, TimeUnit.SECONDS)).isSameAs(planted);
    }

    @Test
    void aClosedFetcherAsksNoMore() throws InterruptedException {
        fetcher.follow(partition, 1);
        next();
        fetcher.close();
        assertThat(source.all).isEmpty();
        assertThat(failures).isEmpty();
    }
}
