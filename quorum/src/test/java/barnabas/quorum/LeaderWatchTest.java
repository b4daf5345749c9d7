package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.metadata.log.QuorumLeader;
import barnabas.quorum.RaftTransport.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.message.VoteRequestData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A watch whose engine notes which leaders have ended.
class LeaderWatchTest {
    private static final Destination LEADER = new Destination(1, "host", 9093);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger probes = new AtomicInteger();
    private final List<Integer> ended = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final ExecutorService threads = Threads.SYSTEM.perTask("test");
    private volatile QuorumLeader leader = new QuorumLeader(1, 5);
    private int place;
    private volatile boolean refused = true;

    /// Goes on by itself when somebody waits.
    private final Clock time = new Clock() {
        @Override
        public long millis() {
            return nanos() / 1_000_000;
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            nanos.accumulateAndGet(deadlineNanos, Math::max);
        }
    };

    private final RaftTransport transport = new RaftTransport() {
        @Override
        public void send(Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isRefused(Destination at) {
            probes.incrementAndGet();
            return refused;
        }
    };

    private final LeaderWatch watch = watch();

    private LeaderWatch watch() {
        var made = new LeaderWatch(transport, time, threads);
        made.serve(new LeaderWatch.Engine() {
            @Override
            public QuorumLeader leadership() {
                return leader;
            }

            @Override
            public int placeWithout(int gone) {
                return place;
            }

            @Override
            public CompletionStage<?> leaderEnded(QuorumLeader gone) {
                ended.add(gone.epoch());
                return CompletableFuture.completedStage(null);
            }

            @Override
            public void after(long millis, Runnable action) {
                later.add(action);
            }
        });
        return made;
    }

    @AfterEach
    void close() {
        watch.close();
        threads.close();
    }

    private static VoteRequestData preVote() {
        var partition = new VoteRequestData.PartitionData().setPreVote(true);
        var topic = new VoteRequestData.TopicData().setPartitions(List.of(partition));
        return new VoteRequestData().setTopics(List.of(topic));
    }

    /// Reports a closed connection and waits for the end of the look.
    private void disconnected() {
        watch.disconnected(LEADER);
        watch.beforeAnswer(preVote()).toCompletableFuture().join();
    }

    @Test
    void aLeaderEndsOnceInItsEpoch() {
        disconnected();
        disconnected();
        assertThat(ended).containsExactly(5);
        leader = new QuorumLeader(1, 6);
        disconnected();
        assertThat(ended).containsExactly(5, 6);
    }

    /// They may be a client's.
    @Test
    void requestsOfOthersDelayThoseOfThisVoterForAMomentOnly() {
        place = 1;
        disconnected();
        var asked = new AtomicInteger();
        watch.afterDelay(asked::incrementAndGet);
        for (int i = 0; i < 100 && asked.get() == 0; i++) {
            nanos.addAndGet(100_000_000L);
            watch.beforeAnswer(preVote());
            Runnable next = later.removeFirst();
            next.run();
        }
        assertThat(asked).hasValue(1);
        assertThat(nanos.get()).isLessThan(3_000_000_000L);
    }

    @Test
    void aLeaderThatIsElectedAgainAndAgainEndsFiveTimesInTenMinutes() {
        for (int epoch = 1; epoch <= 8; epoch++) {
            leader = new QuorumLeader(1, epoch);
            disconnected();
        }
        assertThat(ended).containsExactly(1, 2, 3, 4, 5);
        nanos.addAndGet(600_000_000_000L);
        leader = new QuorumLeader(1, 9);
        disconnected();
        assertThat(ended).endsWith(9);
    }

    @Test
    void aLeaderWhoseHostAcceptsIsProbedForAMomentOnly() {
        refused = false;
        disconnected();
        assertThat(ended).isEmpty();
        assertThat(probes).hasValueBetween(2, 20);
        assertThat(nanos).hasValueLessThan(500_000_000);
    }

    @Test
    void connectionsOfOtherNodesAndNodesThatDoNotVoteChangeNothing() {
        watch.disconnected(new Destination(2, "host", 9094));
        place = -1;
        disconnected();
        assertThat(probes).hasValue(0);
        assertThat(ended).isEmpty();
    }

    @Test
    void theSecondVoterAsksLaterAndLaterStillWhenItWasAsked() {
        place = 1;
        disconnected();
        var sent = new AtomicInteger();
        watch.afterDelay(sent::incrementAndGet);
        assertThat(sent).hasValue(0);
        nanos.addAndGet(100_000_000);
        watch.beforeAnswer(preVote());
        nanos.addAndGet(100_000_000);
        later.removeFirst().run();
        assertThat(sent).hasValue(0);
        nanos.addAndGet(100_000_000);
        later.removeFirst().run();
        assertThat(sent).hasValue(1);
    }

    @Test
    void theFirstVoterAsksAtOnce() {
        disconnected();
        var sent = new AtomicInteger();
        watch.afterDelay(sent::incrementAndGet);
        assertThat(sent).hasValue(1);
    }
}
