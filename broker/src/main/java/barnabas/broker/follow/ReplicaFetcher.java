package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Deadline;
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
/// A thread of its own, and not the peer's event loop: appends and truncations write and force files.
/// Owner: that thread for everything but `commands`.
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

    /// A change of what is fetched. At most one of each partition and change of its leadership waits.
    private sealed interface Command {
        record Follow(Partition partition, int leaderEpoch) implements Command {}

        record Leave(ReplicaKey key) implements Command {}

        /// Looks whether the fetcher is to end.
        record Look() implements Command {}
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
    private final Thread thread;
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
                followed.put(replica.key, replica);
                lookedAtNext.add(replica);
            }
            case Command.Leave(ReplicaKey key) -> leaveOut(key);
            case Command.Look() -> {}
        }
    }

    private void leaveOut(ReplicaKey key) {
        followed.remove(key);
        session.leave(key);
    }

    private void look() {
        long now = clock.nanos();
        if (now - lookedAtAllNanos >= ALL_NANOS) {
            lookedAtAllNanos = now;
            lookedAtNext.addAll(followed.values());
        }
        lookedAtNext.removeIf(each -> !lookAt(each, now));
    }

    /// True when the next fetch has to look at the replica again.
    private boolean lookAt(Followed each, long now) {
        if (followed.get(each.key) != each) return false;
        // a fetch from the end of a log that takes nothing more would count as in sync
        if (each.replica.hasFailed()) {
            leaveOut(each.key);
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
        Answer answer = ask(peer, request);
        if (answer.response == null) {
            session.lost();
            failed(answer.problem);
            return;
        }
        if (!session.answered(answer.response)) {
            // the next request is a full one; a source that refuses that too is not asked in a tight loop
            if (unreachable) failed("it ends the session: " + ErrorCode.of(answer.response.errorCode()));
            unreachable = true;
            return;
        }
        if (unreachable) LOG.info("Fetching from broker {} works", source.brokerId());
        unreachable = false;
        for (FetchableTopicResponse topic : answer.response.responses()) {
            for (PartitionData each : topic.partitions()) {
                Followed replica = followed.get(new ReplicaKey(topic.topicId(), each.partitionIndex()));
                if (replica == null) continue;
                data.take(replica, each, peer);
                lookedAtNext.add(replica);
            }
        }
        data.awaitDurable();
        data.failed().forEach(this::leaveOut);
    }

    /// A replica that is left out of this fetch must not wait for the others.
    private int waitMillis() {
        long now = clock.nanos();
        long millis = config.waitMillisMax();
        for (Followed each : lookedAtNext)
            if (!each.isDue(now)) millis = Math.min(millis, TimeUnit.NANOSECONDS.toMillis(each.dueNanos() - now) + 1);
        return (int) millis;
    }

    /// @param problem with the source, for the log
    private record Answer(@Nullable FetchResponse response, String problem) {}

    private Answer ask(Peer peer, FetchRequest request) {
        try {
            Deadline deadline = Deadline.inMillis(config.socketTimeoutMillis(), clock);
            var outcome = new OneOutcome();
            peer.send(request, VERSION_MAX, deadline, outcome);
            return switch (outcome.await()) {
                case PeerOutcome.Answered(var response, short version)
                when version >= VERSION_MIN -> new Answer((FetchResponse) response, "");
                case PeerOutcome.Answered(var response, short version) ->
                    new Answer(null, "it is older than Kafka 3.1: Fetch version " + version);
                case PeerOutcome.Disconnected(boolean sent, String detail) -> new Answer(null, detail);
                case PeerOutcome.TimedOut(boolean sent, String detail) -> new Answer(null, detail);
                case PeerOutcome.Refused(PeerOutcome.Reason reason, String detail) -> new Answer(null, detail);
            };
        } catch (InterruptedException e) {
            stopped = true;
            return new Answer(null, "interrupted");
        }
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
