package barnabas.quorum;

import barnabas.base.Clock;
import barnabas.metadata.log.QuorumLeader;
import barnabas.quorum.RaftTransport.Destination;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices on a voter that the process of the leader has ended, and has the voter elect another one without waiting for
/// `controller.quorum.fetch.timeout.ms`.
///
/// The process has ended when its connection closed and its host refuses connections to its controller listener. No
/// answer, or a connection that is accepted (a paused process), leave the leader to the fetch time-out.
///
/// ```
/// connection closed ──► some probes in 0.3 s ──────► refused ──► EndQuorumEpoch to this voter's own engine
///                       requests of other voters                 its requests for pre-votes wait for
///                       for pre-votes wait                       150 ms times its place among the voters
/// ```
///
/// A request for a pre-vote has a voter look once that has not missed the leader yet.
///
/// Each voter looks for itself: one that has not seen the end of the leader refuses pre-votes (KIP-996), so a false
/// alarm on a minority changes nothing. A voter answers pre-votes after its own look, and asks for them one
/// after the other, so that two voters do not become candidates at the same time and split the votes.
final class LeaderWatch implements AutoCloseable {
    private static final CompletionStage<@Nullable Void> NO_LOOK = CompletableFuture.completedStage(null);

    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

    /// The sockets of a process that is killed close one after the other, its listeners perhaps last.
    private static final int PROBES = 20;

    private static final long PAUSE_NANOS = 15_000_000;
    private static final long PLACE_NANOS = 150_000_000;

    /// Requests of others for pre-votes delay those of this voter no longer than this: they may be a client's, without
    /// end.
    private static final long DELAY_NANOS_MAX = 2_000_000_000;

    /// A leader whose listener refuses again and again, and which is elected again each time, has others elected so
    /// often in this time. Then the fetch time-out decides.
    private static final int ENDS_MAX = 5;

    private static final long ENDS_NANOS = 600_000_000_000L;

    /// The engine that is served, on any thread.
    interface Engine {
        QuorumLeader leadership();

        /// Place of this node among the voters that are left when `leader` is gone, from 0; negative for a node that
        /// does not vote.
        int placeWithout(int leader);

        /// Takes the leader for one that has resigned.
        ///
        /// @return completed when the engine has handled it
        CompletionStage<?> leaderEnded(QuorumLeader leader);

        /// Runs an action later, on the thread of the engine.
        void after(long millis, Runnable action);
    }

    private final RaftTransport transport;
    private final Clock clock;
    private final ExecutorService probes;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Engine engine;

    /// The look that is at work. Guarded by `lock`.
    private @Nullable CompletableFuture<@Nullable Void> look;

    /// Voters by their ids, as requests went to them last.
    private final Map<Integer, Destination> asked = new ConcurrentHashMap<>();

    /// The last epoch whose leader has ended. Guarded by `lock`.
    private int endedEpoch = -1;

    /// When requests for pre-votes may go out. Guarded by `lock`.
    private long askNanos;

    /// When they may go out at the latest. Guarded by `lock`.
    private long askNanosMax;

    /// Times at which a leader was found to have ended, by its id. Guarded by `lock`; at most [#ENDS_MAX] for each
    /// voter.
    private final Map<Integer, ArrayDeque<Long>> ends = new HashMap<>();

    /// @param probes runs the probes, and ends with this
    LeaderWatch(RaftTransport transport, Clock clock, ExecutorService probes) {
        this.transport = transport;
        this.clock = clock;
        this.probes = probes;
        this.askNanos = clock.nanos();
        this.askNanosMax = askNanos;
    }

    void serve(Engine own) {
        engine = own;
    }

    /// A request goes to a voter.
    void asked(Destination to) {
        if (!to.equals(asked.get(to.nodeId()))) asked.put(to.nodeId(), to);
    }

    /// A connection closed, or could not be made.
    void disconnected(Destination from) {
        look(from, PROBES);
    }

    private void look(Destination from, int times) {
        Engine own = engine;
        if (own == null) return;
        QuorumLeader leader = own.leadership();
        if (leader.leaderId() != from.nodeId() || leader.leaderId() == QuorumLeader.NOBODY) return;
        if (own.placeWithout(leader.leaderId()) < 0) return;
        var begun = new CompletableFuture<@Nullable Void>();
        lock.lock();
        try {
            if (look != null || endedEpoch >= leader.epoch() || !mayEnd(leader.leaderId())) return;
            look = begun;
        } finally {
            lock.unlock();
        }
        try {
            probes.execute(() -> look(own, leader, from, times, begun));
        } catch (RejectedExecutionException e) {
            LOG.debug("the node stops", e);
            over(begun);
        }
    }

    /// With the lock held.
    private boolean mayEnd(int leader) {
        ArrayDeque<Long> times = ends.get(leader);
        if (times == null) return true;
        while (!times.isEmpty() && clock.nanos() - times.getFirst() >= ENDS_NANOS) times.removeFirst();
        return times.size() < ENDS_MAX;
    }

    private void look(
            Engine own, QuorumLeader leader, Destination at, int times, CompletableFuture<@Nullable Void> begun) {
        boolean ended = false;
        try {
            ended = isRefused(own, leader, at, times) && end(own, leader, at, begun);
        } finally {
            if (!ended) over(begun);
        }
    }

    private boolean isRefused(Engine own, QuorumLeader leader, Destination at, int times) {
        for (int left = times; left > 0 && own.leadership().equals(leader); left--) {
            if (transport.isRefused(at)) return true;
            if (left == 1) return false;
            clock.parkUntil(this, clock.nanos() + PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) return false;
        }
        return false;
    }

    private boolean end(Engine own, QuorumLeader leader, Destination at, CompletableFuture<@Nullable Void> begun) {
        int place = own.placeWithout(leader.leaderId());
        if (place < 0 || !own.leadership().equals(leader)) return false;
        lock.lock();
        try {
            endedEpoch = leader.epoch();
            askNanos = clock.nanos() + place * PLACE_NANOS;
            askNanosMax = askNanos + DELAY_NANOS_MAX;
            ends.computeIfAbsent(leader.leaderId(), _ -> new ArrayDeque<>()).addLast(clock.nanos());
        } finally {
            lock.unlock();
        }
        LOG.warn(
                "Controller {} led the metadata quorum in epoch {} and has ended: its connection is gone and {}:{}"
                        + " refuses. Another leader is elected",
                leader.leaderId(),
                leader.epoch(),
                at.host(),
                at.port());
        var _ = own.leaderEnded(leader).whenComplete((_, _) -> over(begun));
        return true;
    }

    private void over(CompletableFuture<@Nullable Void> begun) {
        lock.lock();
        try {
            look = null;
        } finally {
            lock.unlock();
        }
        begun.complete(null);
    }

    /// Completed when a request of another node may be answered: a pre-vote not while a look is at work. One that comes
    /// before this voter has missed the leader has it look, once.
    CompletionStage<@Nullable Void> beforeAnswer(ApiMessage request) {
        if (!RaftMessages.asksForPreVote(request)) return NO_LOOK;
        Engine own = engine;
        Destination leader = own == null ? null : asked.get(own.leadership().leaderId());
        if (leader != null) look(leader, 1);
        lock.lock();
        try {
            // This voter asks later: the other one may be elected meanwhile.
            long now = clock.nanos();
            long next = now + PLACE_NANOS;
            if (askNanos - now > 0) askNanos = next - askNanosMax < 0 ? next : askNanosMax;
            return look == null ? NO_LOOK : look;
        } finally {
            lock.unlock();
        }
    }

    /// Runs an action when this voter may ask for pre-votes: at once, or later on the thread of the engine.
    void afterDelay(Runnable action) {
        long delayNanos;
        lock.lock();
        try {
            delayNanos = askNanos - clock.nanos();
        } finally {
            lock.unlock();
        }
        Engine own = engine;
        if (own == null || delayNanos <= 0) action.run();
        else own.after((delayNanos + 999_999) / 1_000_000, () -> afterDelay(action));
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
