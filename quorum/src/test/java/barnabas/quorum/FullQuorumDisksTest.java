package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.FenceBrokerRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Disks of voters that are full for a time: no node ends, nothing that was committed is lost, and the quorum goes on
/// by
/// itself.
@Timeout(120)
class FullQuorumDisksTest {
    private static final int[] VOTERS = {1, 2, 3};

    private static final Path VOTE =
            QuorumNodes.ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve(QuorumStateFile.FILE_NAME + ".tmp");

    private final QuorumNodes quorum = new QuorumNodes();

    @AfterEach
    void stop() throws IOException {
        quorum.close();
    }

    private void start() throws IOException {
        for (int id : VOTERS) quorum.start(QuorumNodes.fixed(id, VOTERS));
        QuorumNodes.append(quorum.leader(), "before");
        quorum.everyNodeHas("before");
    }

    private void fillAll() {
        for (int id : VOTERS) quorum.disk(id).capacity(0);
    }

    private void emptyAll() {
        for (int id : VOTERS) quorum.disk(id).capacity(Long.MAX_VALUE);
    }

    private static Appended append(QuorumNodes.Node node, Message record) {
        return node.log.append(node.leadership.epoch(), QuorumNodes.VERSION, List.of(record));
    }

    private static Appended append(QuorumNodes.Node node, String topic) {
        return append(node, new TopicRecord(topic, new Uuid(1, topic.hashCode())));
    }

    /// One of these changes is the first to find no space.
    private static void awaitRefusal(QuorumNodes.Node leader) {
        Appended _ = append(leader, "unwanted");
        QuorumNodes.await(() -> "refused", () -> append(leader, "unwanted") instanceof Appended.NoSpace);
    }

    /// Appended again while it is on no node: what a leader has taken is lost when another one follows it first.
    private void awaitOnAll(String topic) {
        QuorumNodes.await(() -> topic + " is on no node: " + quorum.nodes.values(), () -> {
            QuorumNodes.Node leader = quorum.leader();
            if (!(append(leader, topic) instanceof Appended.Accepted(long _, long last))) return false;
            QuorumNodes.await(
                    () -> topic + " is not committed",
                    () -> leader.log.committedOffset() > last
                            || !leader.log.leadership().isLedBy(leader.id));
            return leader.log.committedOffset() > last
                    && leader.log.leadership().isLedBy(leader.id);
        });
        for (QuorumNodes.Node each : quorum.nodes.values())
            QuorumNodes.await(
                    () -> "node " + each.id + ": " + each.topics + " " + each.failure,
                    () -> each.topics.contains(topic));
    }

    @Test
    void allDisksFullStopTheQuorumForAsLongAsTheyAre() throws IOException {
        start();
        QuorumNodes.Node leader = quorum.leader();
        fillAll();
        awaitRefusal(leader);
        emptyAll();
        awaitOnAll("after");
        for (QuorumNodes.Node each : quorum.nodes.values()) {
            assertThat(each.failure).isNull();
            assertThat(each.topics.getFirst()).isEqualTo("before");
        }
    }

    /// Votes are written as well.
    @Test
    void anElectionWaitsForSpace() throws IOException {
        start();
        int gone = quorum.leader().id;
        var others = new ArrayList<>(List.of(1, 2, 3));
        others.remove(Integer.valueOf(gone));
        for (int id : others) quorum.disk(id).capacity(0);
        quorum.kill(gone);
        QuorumNodes.await(
                () -> "a vote that is not written",
                () -> others.stream().anyMatch(id -> quorum.disk(id).exists(VOTE)));
        emptyAll();
        awaitOnAll("after");
        for (QuorumNodes.Node each : quorum.nodes.values())
            assertThat(each.failure).isNull();
    }

    @Test
    void aLeaderWithoutSpaceIsReplacedByANodeThatHasSome() throws IOException {
        start();
        QuorumNodes.Node old = quorum.leader();
        quorum.disk(old.id).capacity(0);
        Appended _ = append(old, "unwanted");
        QuorumNodes.await(
                () -> "another leader",
                () -> quorum.nodes.values().stream()
                        .anyMatch(each -> each != old && each.log.leadership().isLedBy(each.id)));
        QuorumNodes.Node next = quorum.nodes.values().stream()
                .filter(each -> each != old && each.log.leadership().isLedBy(each.id))
                .findFirst()
                .orElseThrow();
        QuorumNodes.await(() -> "taken", () -> append(next, "meanwhile") instanceof Appended.Accepted);
        QuorumNodes.await(() -> "committed", () -> next.topics.contains("meanwhile"));
        emptyAll();
        awaitOnAll("after");
        assertThat(old.failure).isNull();
        assertThat(old.topics).containsSubsequence("before", "meanwhile", "after");
    }

    /// Changes that make no topics.
    @Test
    void otherChangesAreTakenIntoTheReserve() throws IOException {
        start();
        QuorumNodes.Node leader = quorum.leader();
        for (int id : VOTERS) quorum.disk(id).capacity(quorum.disk(id).bytes());
        awaitRefusal(leader);
        long before = leader.log.committedOffset();
        assertThat(append(leader, new FenceBrokerRecord(7, 1))).isInstanceOf(Appended.Accepted.class);
        QuorumNodes.await(() -> "committed", () -> leader.log.committedOffset() > before);
        assertThat(leader.failure).isNull();
    }

    @Test
    void aNodeThatWaitsForSpaceStops() throws IOException {
        start();
        fillAll();
        QuorumNodes.Node leader = quorum.leader();
        awaitRefusal(leader);
        quorum.stop(leader.id);
        assertThat(leader.failure).isNull();
        emptyAll();
        quorum.start(QuorumNodes.fixed(leader.id, VOTERS));
        awaitOnAll("after");
    }

    /// Space, descriptors or memory are short at any call of each disk, with elections and starts meanwhile.
    @Test
    void shortagesAtAnyCallEndNoNode() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("shortages: seed " + seed);
        var random = new Random(seed);
        start();
        for (int round = 0; round < 4; round++) {
            for (int id : VOTERS) quorum.disk(id).runShort(100 + random.nextInt(300));
            String topic = "round-" + round;
            int resigning = 1 + random.nextInt(3);
            QuorumNodes.Node node = quorum.nodes.get(resigning);
            if (node.log.leadership().isLedBy(resigning))
                node.log.resign(node.log.leadership().epoch());
            var attempts = new AtomicInteger();
            QuorumNodes.await(
                    () -> topic,
                    () -> attempts.incrementAndGet() > 10_000
                            || quorum.nodes.values().stream()
                                    .anyMatch(each -> append(each, topic) instanceof Appended.Accepted));
            for (int id : VOTERS) quorum.disk(id).runShort(0);
            awaitOnAll(topic + "-after");
            quorum.stop(resigning);
            quorum.start(QuorumNodes.fixed(resigning, VOTERS));
        }
        awaitOnAll("last");
        for (QuorumNodes.Node each : quorum.nodes.values())
            assertThat(each.failure).isNull();
    }
}
