package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.metadata.log.MetadataLog.CommittedBatch;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Three nodes in one process whose requests go from one to the other as bytes.
class QuorumTest {
    private static final MetadataVersion VERSION = MetadataVersion.LATEST;
    private static final Map<Integer, InetSocketAddress> VOTERS = Map.of(
            1, InetSocketAddress.createUnresolved("node", 1),
            2, InetSocketAddress.createUnresolved("node", 2),
            3, InetSocketAddress.createUnresolved("node", 3));

    private static final Path ROOT = Path.of("/data");

    private final Map<Integer, SimulatedDisk> disks = new ConcurrentHashMap<>();
    private final Map<Integer, Node> nodes = new ConcurrentHashMap<>();

    private final class Node implements MetadataLog.Listener, RaftTransport {
        final int id;
        final QuorumMetadataLog log;
        final List<String> topics = new CopyOnWriteArrayList<>();
        volatile QuorumLeader leadership = QuorumLeader.NONE;
        volatile Throwable failure;
        volatile boolean cutOff;

        Node(int id) throws IOException {
            this.id = id;
            var settings = new QuorumSettings(
                    id,
                    new Uuid(7, id),
                    "cluster-1",
                    true,
                    VOTERS,
                    List.of(),
                    "CONTROLLER",
                    Map.of("CONTROLLER", VOTERS.get(id)),
                    Map.of("controller.quorum.election.timeout.ms", "200", "controller.quorum.fetch.timeout.ms", "800"),
                    1 << 20);
            log = QuorumMetadataLog.open(
                    ROOT,
                    settings,
                    this,
                    disks.computeIfAbsent(id, seed -> new SimulatedDisk(seed, Clock.SYSTEM)),
                    Clock.SYSTEM,
                    Threads.SYSTEM,
                    new Random(id));
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
            Node other = nodes.get(to.port());
            if (other == null || other.cutOff || cutOff) {
                outcome.accept(new Outcome.Unreachable("no such node"));
                return;
            }
            short version = request.highestVersion();
            other.log
                    .handle(
                            "CONTROLLER",
                            request.apiKey(),
                            version,
                            1,
                            request.body().apply(version))
                    .whenComplete((body, failed) -> outcome.accept(
                            body == null || cutOff || other.cutOff
                                    ? new Outcome.Unreachable(String.valueOf(failed))
                                    : new Outcome.Answered(version, body)));
        }
    }

    private Node start(int id) throws IOException {
        var node = new Node(id);
        nodes.put(id, node);
        node.log.start(node);
        return node;
    }

    private void stop(int id) throws IOException {
        nodes.remove(id).log.close();
    }

    @AfterEach
    void stopAll() throws IOException {
        for (int id : List.copyOf(nodes.keySet())) stop(id);
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) throw new AssertionError(what.get());
            Thread.onSpinWait();
        }
    }

    /// The node that leads and knows of it.
    private Node leader() {
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

    private void append(Node leader, String topic) {
        var record = new TopicRecord(topic, new Uuid(1, topic.hashCode()));
        assertThat(leader.log.append(leader.leadership.epoch(), VERSION, List.of(record)))
                .isInstanceOf(Appended.Accepted.class);
    }

    private void everyNodeHas(String... topics) {
        for (Node each : nodes.values())
            await(
                    () -> "node " + each.id + ": " + each.topics + " " + each.failure,
                    () -> each.topics.equals(List.of(topics)));
    }

    @Test
    void appendedRecordsAreCommittedOnAllNodes() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        append(leader(), "a");
        append(leader(), "b");
        everyNodeHas("a", "b");
        assertThat(leader().log.voters()).extracting(each -> each.nodeId()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void twoOfThreeGoOnWithoutTheLeaderAndGiveItWhatItMissed() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        append(leader(), "before");
        everyNodeHas("before");
        int gone = leader().id;
        stop(gone);
        append(leader(), "meanwhile");
        start(gone);
        append(leader(), "after");
        everyNodeHas("before", "meanwhile", "after");
    }

    @Test
    void recordsOfALeaderWithoutFollowersAreCut() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        append(leader(), "kept");
        everyNodeHas("kept");
        Node old = leader();
        old.cutOff = true;
        append(old, "lost");
        append(leader(), "chosen");
        old.cutOff = false;
        everyNodeHas("kept", "chosen");
    }

    @Test
    void aNodeThatWasGoneForLongGetsTheSnapshot() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        append(leader(), "old");
        everyNodeHas("old");
        int gone = leader().id % 3 + 1;
        stop(gone);
        for (int round = 1; round <= 3; round++) {
            append(leader(), "round-" + round);
            int topics = 1 + round;
            Node leading = leader();
            await(() -> "committed", () -> leading.topics.size() == topics);
            for (Node each : nodes.values()) snapshot(each);
        }
        for (int id : List.copyOf(nodes.keySet())) {
            stop(id);
            start(id);
        }
        start(gone);
        everyNodeHas("old", "round-1", "round-2", "round-3");
    }

    private void snapshot(Node node) throws IOException {
        await(() -> "follower", () -> node.topics.size() == leader().topics.size());
        var content = new TreeMap<String, Message>();
        for (String each : node.topics) content.put(each, new TopicRecord(each, new Uuid(1, each.hashCode())));
        assertThat(node.log.writeSnapshot(
                        new SnapshotId(node.log.committedOffset(), node.leadership.epoch()),
                        5,
                        VERSION,
                        List.of(List.copyOf(content.values()))))
                .isTrue();
    }

    @Test
    void aLeaderThatResignsIsFollowedByAnother() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        Node first = leader();
        int epoch = first.leadership.epoch();
        first.log.resign(epoch);
        await(
                () -> "a new epoch",
                () -> nodes.values().stream()
                        .anyMatch(each -> each.leadership.epoch() > epoch && each.leadership.leaderId() >= 0));
        append(leader(), "x");
        everyNodeHas("x");
        assertThat(first.log.append(epoch, VERSION, List.of(new TopicRecord("y", Uuid.ONE))))
                .isInstanceOf(Appended.NotLeader.class);
    }

    @Test
    void aBatchMayBeLargeAndNotTooLarge() throws IOException {
        for (int id : VOTERS.keySet()) start(id);
        Node leading = leader();
        var many = new ArrayList<Message>();
        for (int i = 0; i < 20_000; i++) many.add(new TopicRecord("topic-" + i, new Uuid(1, i)));
        assertThat(leading.log.append(leading.leadership.epoch(), VERSION, many))
                .isInstanceOf(Appended.Accepted.class);
        for (Node each : nodes.values()) await(() -> "node " + each.id, () -> each.topics.size() == many.size());
        for (int i = 0; i < 300_000; i++) many.add(new TopicRecord("topic-" + i, new Uuid(1, i)));
        assertThat(leading.log.append(leading.leadership.epoch(), VERSION, many))
                .isInstanceOf(Appended.TooLarge.class);
    }
}
