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
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.ReplicaState;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.replication.Partition;
import barnabas.replication.throttle.ReplicationThrottle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills replicas from one broker that leads them: one request after the other, for all of them together, in one fetch
/// session.
///
/// A thread of its own, and not the peer's event loop: appends and truncations write and force files.
/// Owner: that thread for everything but `commands`.
final class ReplicaFetcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    /// Pause of a replica that its throttle holds back.
    private static final long THROTTLED_NANOS = 100_000_000;

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
    private final SourceSession session = new SourceSession();
    private final FetchedData data;
    private final Thread thread;
    private boolean unreachable;
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
        this.data = new FetchedData(config, throttle, clock);
        this.thread = threads.start(name, this::run);
    }

    void follow(Partition partition, int leaderEpoch) {
        commands.add(new Command.Follow(partition, leaderEpoch));
        LockSupport.unpark(thread);
    }

    void leave(ReplicaKey key) {
        commands.add(new Command.Leave(key));
        LockSupport.unpark(thread);
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
            Map<ReplicaKey, FetchPartition> wanted = wanted();
            if (wanted.isEmpty()) waitForWork();
            else fetch(wanted);
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
            }
            case Command.Leave(ReplicaKey key) -> followed.remove(key);
            case Command.Look() -> {}
        }
    }

    private Map<ReplicaKey, FetchPartition> wanted() {
        // a fetch from the end of a log that takes nothing more would count as in sync
        followed.values().removeIf(each -> each.replica.hasFailed());
        long now = clock.nanos();
        var wanted = new LinkedHashMap<ReplicaKey, FetchPartition>();
        for (Followed each : followed.values()) {
            if (!each.isDue(now)) continue;
            if (!each.isInSync() && throttle.holdsBack(each.key.topicId(), each.key.index())) {
                each.waitUntil(now + THROTTLED_NANOS);
                continue;
            }
            // a fetch says that everything before it is safe here
            if (each.replica.isDurable()) wanted.put(each.key, each.wanted(config.partitionBytesMax()));
            else each.waitUntil(now + TimeUnit.MILLISECONDS.toNanos(config.backoffMillis()));
        }
        return wanted;
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
        for (Followed each : followed.values()) first = Math.min(first, each.dueNanos() - now);
        if (commands.isEmpty() && !stopped) clock.parkUntil(this, now + first);
    }

    private void fetch(Map<ReplicaKey, FetchPartition> wanted) {
        Peer peer = source.peer();
        if (peer == null) {
            failed("it has no address");
            return;
        }
        SourceSession.Names names = session.next(wanted);
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
                if (replica != null) data.take(replica, each, peer);
            }
        }
        data.awaitDurable();
        data.failed().forEach(followed::remove);
    }

    /// A replica that is left out of this fetch must not wait for the others.
    private int waitMillis() {
        long now = clock.nanos();
        long millis = config.waitMillisMax();
        for (Followed each : followed.values())
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
    }
}
