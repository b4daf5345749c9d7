package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Failure;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.broker.peers.BrokerConnection;
import barnabas.config.ReplicationConfig.FollowerFetch;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.ReplicaState;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.replication.Partition;
import barnabas.replication.throttle.ReplicationThrottle;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills replicas from one broker that leads them: one request after the other, for all of them together, in one fetch
/// session.
///
/// Mostly a few of thousands of replicas have something else to fetch than before: those that were in the last answer,
/// are new, wait, or are out of sync. Each fetch looks at these, and at all of them once in a while.
///
/// A thread of its own, because truncations, forces and other requests to the source are waited for. An answer that
/// needs none of these is taken on the peer's event loop, which asks for the next one: a thread that had to be woken
/// twice for each answer would cost as much as the rest of it.
///
/// ```
///  thread   look, ask, wait ················► take what is left, look, ask, wait ···
///  loop               answer: take, look, ask │ answer: needs the thread
/// ```
/// Owner: that thread for everything but `commands`; while it waits for an answer, the peer's event loop.
final class ReplicaFetcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    /// Pause of a replica that its throttle holds back.
    private static final long THROTTLED_NANOS = 100_000_000;
    /// Time between two looks at all replicas: for failed disks, and logs that begin later by retention.
    private static final long ALL_NANOS = 2_000_000_000;

    /// The first version in which a diverging leader epoch is answered and topics are named by id.
    static final short VERSION_MIN = 13;

    private static final short VERSION_MAX = 18;
    private static final int CONSUMER = -1;
    /// Replicas that an event loop looks at between two requests.
    private static final int LOOP_LOOKS_MAX = 100;

    /// A change of what is fetched. At most one of each partition and change of its leadership waits.
    private sealed interface Command {
        record Follow(Partition partition, int leaderEpoch) implements Command {}

        record Leave(ReplicaKey key) implements Command {}

        /// Looks whether the fetcher is to end.
        record Look() implements Command {}
    }

    /// Work that a request leaves to the thread.
    private sealed interface Rest {
        /// Nothing of the outcome was looked at.
        record All(PeerOutcome outcome) implements Rest {}

        /// The answer's parts are in [FetchedData], some of them taken.
        record Received() implements Rest {}

        /// The event loop has failed, which ends the node as a failure of the thread does.
        record Failed(Throwable cause) implements Rest {}
    }

    private final BrokerConnection source;
    private final BrokerConnection.Environment environment;
    private final FollowerFetch config;
    private final ReplicationThrottle throttle;
    private final Clock clock;
    private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final Map<ReplicaKey, Followed> followed = new LinkedHashMap<>();
    /// Replicas that the next fetch looks at; all that are not fetched now are among them.
    private final Set<Followed> lookedAtNext = new LinkedHashSet<>();
    private long lookedAtAllNanos;
    private final SourceSession session = new SourceSession();
    private final FetchedData data;
    /// At most one waits: a request is sent when the one before has left nothing.
    private final ArrayBlockingQueue<Rest> rest = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private final FetcherFigures figures = new FetcherFigures();
    private boolean unreachable;
    /// The thread waits for a replica to be due.
    private volatile boolean idle;
    private volatile boolean stopped;

    ReplicaFetcher(
            String name,
            BrokerConnection source,
            BrokerConnection.Environment environment,
            FollowerFetch config,
            ReplicationThrottle throttle,
            Clock clock,
            Threads threads) {
        this.source = source;
        this.environment = environment;
        this.config = config;
        this.throttle = throttle;
        this.clock = clock;
        this.lookedAtAllNanos = clock.nanos();
        this.data = new FetchedData(config, throttle, clock);
        this.thread = threads.start(name, this::run);
    }

    void follow(Partition partition, int leaderEpoch) {
        commands.add(new Command.Follow(partition, leaderEpoch));
        wakeIfIdle();
    }

    void leave(ReplicaKey key) {
        commands.add(new Command.Leave(key));
        wakeIfIdle();
    }

    /// An image brings thousands of commands. A thread that waits for an answer has nothing to do for them before that.
    private void wakeIfIdle() {
        if (idle) LockSupport.unpark(thread);
    }

    /// Records that the replica furthest behind lacks, at most two seconds ago.
    long lagMax() {
        return figures.lagMax();
    }

    double fetchesPerSecond(long nowNanos) {
        return figures.fetchesPerSecond(nowNanos);
    }

    int failedReplicas() {
        return figures.failedCount();
    }

    boolean isDead() {
        return !stopped && !thread.isAlive();
    }

    @Override
    public void close() {
        stopped = true;
        source.close();
        commands.add(new Command.Look());
        LockSupport.unpark(thread);
        // no interrupt: it would close the files under an append
        Joining.join(thread);
    }

    private void run() {
        while (!stopped) {
            carryOutCommands();
            look();
            if (session.isEmpty()) waitForWork();
            else fetch();
        }
    }

    private void carryOutCommands() {
        for (Command next = commands.poll(); next != null; next = commands.poll()) carryOut(next);
    }

    private void carryOut(Command command) {
        switch (command) {
            case Command.Follow(Partition partition, int epoch) -> {
                var replica = new Followed(partition, epoch, environment.self());
                figures.forget(replica.key);
                followed.put(replica.key, replica);
                lookedAtNext.add(replica);
            }
            case Command.Leave(ReplicaKey key) -> {
                figures.forget(key);
                leaveOut(key);
            }
            case Command.Look() -> {}
        }
    }

    private void leaveOut(ReplicaKey key) {
        followed.remove(key);
        session.leave(key);
    }

    private void leaveOutFailed(ReplicaKey key) {
        figures.failed(key);
        leaveOut(key);
    }

    private boolean isLookAtAllDue() {
        return clock.nanos() - lookedAtAllNanos >= ALL_NANOS;
    }

    private void look() {
        long now = clock.nanos();
        if (isLookAtAllDue()) {
            lookedAtAllNanos = now;
            lookedAtNext.addAll(followed.values());
            figures.looked(followed.values());
        }
        lookedAtNext.removeIf(each -> !lookAt(each, now));
    }

    /// True when the next fetch has to look at the replica again.
    private boolean lookAt(Followed each, long now) {
        if (followed.get(each.key) != each) return false;
        // a fetch from the end of a log that takes nothing more would count as in sync
        if (each.replica.hasFailed()) {
            leaveOutFailed(each.key);
            return false;
        }
        boolean isInSync = each.isInSync();
        if (each.isDue(now) && !isInSync && throttle.holdsBack(each.key.topicId(), each.key.index()))
            each.waitUntil(now + THROTTLED_NANOS);
        // a fetch says that everything before it is safe here
        if (each.isDue(now) && !each.replica.isDurable())
            each.waitUntil(now + TimeUnit.MILLISECONDS.toNanos(config.backoffMillis()));
        if (each.isDue(now)) {
            session.want(each.key, each.wanted(config.partitionBytesMax()));
            return !isInSync;
        }
        session.leave(each.key);
        return true;
    }

    /// Waits for other commands, or until a replica that failed is due again.
    private void waitForWork() {
        if (followed.isEmpty()) {
            figures.looked(followed.values());
            try {
                carryOut(commands.take());
            } catch (InterruptedException e) {
                stopped = true;
            }
            return;
        }
        long first = Long.MAX_VALUE;
        long now = clock.nanos();
        for (Followed each : lookedAtNext) first = Math.min(first, each.dueNanos() - now);
        idle = true;
        if (commands.isEmpty() && !stopped) clock.parkUntil(this, now + first);
        idle = false;
    }

    private void fetch() {
        Peer peer = source.peer();
        if (peer == null) {
            failed("it has no address");
            return;
        }
        ask(peer);
        try {
            switch (rest.take()) {
                case Rest.All(PeerOutcome outcome) -> {
                    if (receive(outcome)) finish(peer);
                }
                case Rest.Received() -> finish(peer);
                case Rest.Failed(Throwable cause) -> {
                    if (cause instanceof Error error) throw error;
                    throw (RuntimeException) cause;
                }
            }
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    private void finish(Peer peer) {
        data.takeAll(peer);
        data.failed().forEach(this::leaveOutFailed);
    }

    /// Sends the next request; what its outcome leaves to the thread comes into `rest`.
    private void ask(Peer peer) {
        figures.fetches();
        SourceSession.Names names = session.next();
        FetchRequest request = FetchRequest.builder()
                .replicaId(CONSUMER) // up to version 14; later ones have the state
                .replicaState(new ReplicaState(environment.self(), environment.brokerEpoch()))
                .maxWaitMs(waitMillis())
                .minBytes(config.bytesMin())
                .maxBytes(config.responseBytesMax())
                .sessionId(names.sessionId())
                .sessionEpoch(names.sessionEpoch())
                .topics(names.topics())
                .forgottenTopicsData(names.forgotten())
                .build();
        Deadline deadline = Deadline.inMillis(config.socketTimeoutMillis(), clock);
        peer.send(request, VERSION_MAX, deadline, outcome -> ended(peer, outcome));
    }

    /// On the peer's event loop; with a refusal on the thread that asked.
    private void ended(Peer peer, PeerOutcome outcome) {
        try {
            FetchResponse response = response(outcome);
            boolean mayTake =
                    response != null && response.errorCode() == 0 && !stopped && !unreachable && commands.isEmpty();
            if (!mayTake) rest.add(new Rest.All(outcome));
            else if (receive(outcome) && data.takeOnLoop() && lookOnLoop() && source.isStill(peer)) ask(peer);
            else rest.add(new Rest.Received());
        } catch (RuntimeException | Error failure) {
            rest.add(new Rest.Failed(failure));
            Failure.rethrowIfFatal(failure);
        }
    }

    /// True when the next request can be sent at once.
    private boolean lookOnLoop() {
        data.failed().forEach(this::leaveOutFailed);
        if (isLookAtAllDue() || lookedAtNext.size() > LOOP_LOOKS_MAX || !commands.isEmpty()) return false;
        look();
        return !session.isEmpty();
    }

    /// Hands the parts of an answer to [FetchedData]. False when there are none.
    private boolean receive(PeerOutcome outcome) {
        FetchResponse response = response(outcome);
        if (response == null) {
            session.lost();
            failed(problem(outcome));
            return false;
        }
        if (!session.answered(response)) {
            // the next request is a full one; a source that refuses that too is not asked in a tight loop
            if (unreachable) failed("it ends the session: " + ErrorCode.of(response.errorCode()));
            unreachable = true;
            return false;
        }
        if (unreachable) LOG.info("Fetching from broker {} works", source.brokerId());
        unreachable = false;
        for (FetchableTopicResponse topic : response.responses()) {
            for (PartitionData each : topic.partitions()) {
                Followed replica = followed.get(new ReplicaKey(topic.topicId(), each.partitionIndex()));
                if (replica == null) continue;
                replica.leaderIsAt(each.highWatermark());
                data.receive(replica, each);
                lookedAtNext.add(replica);
            }
        }
        return true;
    }

    /// A replica that is left out of this fetch must not wait for the others.
    private int waitMillis() {
        long now = clock.nanos();
        long millis = config.waitMillisMax();
        for (Followed each : lookedAtNext)
            if (!each.isDue(now)) millis = Math.min(millis, TimeUnit.NANOSECONDS.toMillis(each.dueNanos() - now) + 1);
        return (int) millis;
    }

    private static @Nullable FetchResponse response(PeerOutcome outcome) {
        return outcome instanceof PeerOutcome.Answered(var response, short version) && version >= VERSION_MIN
                ? (FetchResponse) response
                : null;
    }

    /// The reason why the source does not answer, for the log.
    private static String problem(PeerOutcome outcome) {
        return switch (outcome) {
            case PeerOutcome.Answered(var _, short version) -> "it is older than Kafka 3.1: Fetch version " + version;
            case PeerOutcome.Disconnected(boolean _, String detail) -> detail;
            case PeerOutcome.TimedOut(boolean _, String detail) -> detail;
            case PeerOutcome.Refused(PeerOutcome.Reason _, String detail) -> detail;
        };
    }

    /// Nothing can be fetched now.
    private void failed(String problem) {
        if (stopped) return;
        if (!unreachable) LOG.warn("Fetching from broker {} fails: {}", source.brokerId(), problem);
        unreachable = true;
        long due = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(config.backoffMillis());
        followed.values().forEach(each -> each.waitUntil(due));
        lookedAtNext.addAll(followed.values());
    }
}
