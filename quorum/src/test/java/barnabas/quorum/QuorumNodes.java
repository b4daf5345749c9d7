package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.metadata.log.MetadataLog.CommittedBatch;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Nodes of a quorum in one process, with a simulated disk each, whose requests go from one to the other as bytes. The
/// port of a node is its id.
final class QuorumNodes implements AutoCloseable {
    static final MetadataVersion VERSION = MetadataVersion.LATEST;
    static final Path ROOT = Path.of("/data");
    static final String LISTENER = "CONTROLLER";

    /// The engine asks a node that is to become a voter.
    private static final ApiVersionsResponse VERSIONS = ApiVersionsResponse.builder()
            .supportedFeatures(List.of(
                    new ApiVersionsResponse.SupportedFeatureKey(FeaturesImage.KRAFT_VERSION, (short) 0, (short) 1)))
            .build();

    final Map<Integer, SimulatedDisk> disks = new ConcurrentHashMap<>();
    private final Map<Integer, WrongClock> clocks = new ConcurrentHashMap<>();
    final Map<Integer, Node> nodes = new ConcurrentHashMap<>();

    /// Nodes whose process has ended, as their host shows it: connections close, and new ones are refused.
    final Set<Integer> ended = ConcurrentHashMap.newKeySet();

    private record Way(Node from, int to) {}

    private final Map<Consumer<RaftTransport.Outcome>, Way> unanswered = new ConcurrentHashMap<>();

    /// Attempts of all nodes to connect.
    final AtomicInteger probes = new AtomicInteger();

    static InetSocketAddress address(int id) {
        return InetSocketAddress.createUnresolved("node", id);
    }

    static Uuid directory(int id) {
        return new Uuid(7, id);
    }

    /// Settings of a node whose voters stand in the log.
    ///
    /// @param more settings of the engine by name
    static QuorumSettings dynamic(int id, boolean founds, Map<String, String> more) {
        return dynamic(id, directory(id), founds, more);
    }

    static QuorumSettings dynamic(int id, Uuid directoryId, boolean founds, Map<String, String> more) {
        var raft = new HashMap<String, String>();
        raft.put("controller.quorum.election.timeout.ms", "200");
        raft.put("controller.quorum.fetch.timeout.ms", "800");
        raft.putAll(more);
        return new QuorumSettings(
                id,
                directoryId,
                "cluster-1",
                true,
                Map.of(),
                founds,
                List.of(address(1), address(2), address(3)),
                LISTENER,
                Map.of(LISTENER, address(id)),
                raft,
                1 << 20);
    }

    static QuorumSettings fixed(int id, int... voters) {
        return fixed(id, 800, voters);
    }

    static QuorumSettings fixed(int id, int fetchMillis, int[] voters) {
        return fixed(id, true, fetchMillis, voters);
    }

    /// @param canVote false for a node that only follows
    static QuorumSettings fixed(int id, boolean canVote, int fetchMillis, int[] voters) {
        var addresses = new TreeMap<Integer, InetSocketAddress>();
        for (int voter : voters) addresses.put(voter, address(voter));
        return new QuorumSettings(
                id,
                directory(id),
                "cluster-1",
                canVote,
                addresses,
                false,
                List.of(),
                LISTENER,
                canVote ? Map.of(LISTENER, address(id)) : Map.of(),
                Map.of(
                        "controller.quorum.election.timeout.ms",
                        "" + fetchMillis / 4,
                        "controller.quorum.fetch.timeout.ms",
                        "" + fetchMillis),
                1 << 20);
    }

    /// A wall clock that is wrong. Time can stand still.
    static final class WrongClock implements Clock {
        final AtomicLong aheadMillis = new AtomicLong();
        /// Calls of [#nanos].
        final AtomicLong looks = new AtomicLong();

        private volatile long stoppedAtNanos = Long.MIN_VALUE;

        void stop() {
            stoppedAtNanos = Clock.SYSTEM.nanos();
        }

        void goOn() {
            stoppedAtNanos = Long.MIN_VALUE;
        }

        @Override
        public long millis() {
            return Clock.SYSTEM.millis() + aheadMillis.get();
        }

        @Override
        public long nanos() {
            looks.incrementAndGet();
            long stopped = stoppedAtNanos;
            return stopped == Long.MIN_VALUE ? Clock.SYSTEM.nanos() : stopped;
        }
    }

    WrongClock clock(int id) {
        return clocks.computeIfAbsent(id, _ -> new WrongClock());
    }

    SimulatedDisk disk(int id) {
        return disks.computeIfAbsent(id, seed -> new SimulatedDisk(seed, Clock.SYSTEM));
    }

    Node start(QuorumSettings settings) throws IOException {
        var node = new Node(settings);
        nodes.put(node.id, node);
        node.log.start(node);
        return node;
    }

    void stop(int id) throws IOException {
        nodes.remove(id).log.close();
    }

    /// Ends the process of a node without its last messages.
    void kill(int id) throws IOException {
        Node node = nodes.remove(id);
        node.cutOff = true;
        closeConnections(id);
        node.log.close();
    }

    /// Closes the connections to a node and refuses others, until it is taken out of [#ended].
    void closeConnections(int id) {
        ended.add(id);
        disconnect(id, null);
    }

    private void disconnect(int to, Node from) {
        for (var each : List.copyOf(unanswered.entrySet()))
            if (each.getValue().to == to && (from == null || each.getValue().from == from))
                each.getKey().accept(new RaftTransport.Outcome.Disconnected("closed"));
    }

    @Override
    public void close() throws IOException {
        for (int id : List.copyOf(nodes.keySet())) stop(id);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(100).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) throw new AssertionError(what.get());
            Thread.onSpinWait();
        }
    }

    /// The node that leads and knows of it.
    Node leader() {
        var found = new ArrayList<Node>();
        await(() -> "a leader", () -> {
            found.clear();
            for (Node each : nodes.values()) {
                if (!each.cutOff
                        && each.leadership.isLedBy(each.id)
                        && each.log.leadership().isLedBy(each.id)) found.add(each);
            }
            return found.size() == 1;
        });
        return found.getFirst();
    }

    static void append(Node leader, String topic) {
        var record = new TopicRecord(topic, new Uuid(1, topic.hashCode()));
        assertThat(leader.log.append(leader.leadership.epoch(), VERSION, List.of(record)))
                .isInstanceOf(Appended.Accepted.class);
    }

    void everyNodeHas(String... topics) {
        for (Node each : nodes.values())
            await(
                    () -> "node " + each.id + ": " + each.topics + " " + each.failure,
                    () -> each.topics.equals(List.of(topics)));
    }

    final class Node implements MetadataLog.Listener, RaftTransport {
        final int id;
        final QuorumMetadataLog log;
        final List<String> topics = new CopyOnWriteArrayList<>();
        volatile QuorumLeader leadership = QuorumLeader.NONE;
        volatile Throwable failure;
        volatile boolean cutOff;

        /// A node that is refused to this one alone; 0 for none.
        private volatile int refusedBy;

        /// Requests.
        final AtomicInteger sent = new AtomicInteger();

        Node(QuorumSettings settings) throws IOException {
            id = settings.nodeId();
            log = QuorumMetadataLog.open(ROOT, settings, this, disk(id), clock(id), Threads.SYSTEM, new Random(id));
        }

        /// Has a node refuse this one alone, and closes its connection; 0 for none.
        void refusedBy(int other) {
            refusedBy = other;
            if (other != 0) disconnect(other, this);
        }

        List<Integer> voters() {
            return log.voters().stream().map(each -> each.nodeId()).sorted().toList();
        }

        /// Answer to a request of a tool, as the controller listener gives it.
        ResponseMessage ask(RequestMessage request) throws Exception {
            short version = request.apiKey().highestStableVersion();
            ByteBuffer body = log.handle(LISTENER, request.apiKey().id(), version, 1, request.toBuffer(version))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            return Messages.readResponse(request.apiKey(), new MessageReader(body), version);
        }

        void snapshot() throws IOException {
            var content = new TreeMap<String, Message>();
            for (String each : topics) content.put(each, new TopicRecord(each, new Uuid(1, each.hashCode())));
            assertThat(log.writeSnapshot(
                            new SnapshotId(log.committedOffset(), leadership.epoch()),
                            5,
                            VERSION,
                            List.of(List.copyOf(content.values()))))
                    .isTrue();
        }

        @Override
        public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
            topics.clear();
            snapshot.batches().forEach(this::take);
        }

        @Override
        public void committed(CommittedBatch batch) {
            take(batch.records());
        }

        private void take(List<Message> records) {
            for (Message each : records) if (each instanceof TopicRecord topic) topics.add(topic.name());
        }

        @Override
        public void dropped(IOException cause, Runnable forget) {
            throw new AssertionError("a quorum drops nothing", cause);
        }

        @Override
        public void leaderChanged(QuorumLeader now) {
            leadership = now;
        }

        @Override
        public void failed(Throwable cause) {
            failure = cause;
        }

        @Override
        public void send(Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome) {
            var answered = new AtomicBoolean();
            Consumer<Outcome> once = new Consumer<>() {
                @Override
                public void accept(Outcome given) {
                    unanswered.remove(this);
                    if (answered.compareAndSet(false, true)) outcome.accept(given);
                }
            };
            unanswered.put(once, new Way(this, to.port()));
            sent.incrementAndGet();
            Node other = nodes.get(to.port());
            if (isRefused(to.port()) && !cutOff) once.accept(new Outcome.Disconnected("refused"));
            else if (other == null || other.cutOff || cutOff) once.accept(new Outcome.Unreachable("no such node"));
            else other.receive(request, once, () -> cutOff);
        }

        private void receive(Request request, Consumer<Outcome> once, BooleanSupplier senderIsCutOff) {
            short version = request.highestVersion();
            ByteBuffer body = request.body().apply(version);
            if (request.apiKey() == 18) {
                once.accept(new Outcome.Answered(version, VERSIONS.toBuffer(version)));
                return;
            }
            log.handle(LISTENER, request.apiKey(), version, 1, body)
                    .whenComplete((reply, failed) -> once.accept(
                            reply == null || cutOff || senderIsCutOff.getAsBoolean()
                                    ? new Outcome.Unreachable(String.valueOf(failed))
                                    : new Outcome.Answered(version, reply)));
        }

        @Override
        public boolean isRefused(Destination at) {
            probes.incrementAndGet();
            return isRefused(at.port());
        }

        private boolean isRefused(int other) {
            return ended.contains(other) || refusedBy == other;
        }
    }
}
