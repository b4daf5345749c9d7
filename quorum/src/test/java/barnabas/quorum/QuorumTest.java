package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.OperatorMistake;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Three nodes in one process whose requests go from one to the other as bytes.
class QuorumTest {
    private static final List<Integer> VOTERS = List.of(1, 2, 3);

    private final QuorumNodes quorum = new QuorumNodes();

    private void start(int id) throws IOException {
        quorum.start(QuorumNodes.fixed(id, 1, 2, 3));
    }

    @AfterEach
    void stopAll() throws IOException {
        quorum.close();
    }

    private void snapshot(QuorumNodes.Node node) throws IOException {
        QuorumNodes.await(
                () -> "follower",
                () -> node.topics.size() == quorum.leader().topics.size());
        node.snapshot();
    }

    @Test
    void appendedRecordsAreCommittedOnAllNodes() throws IOException {
        for (int id : VOTERS) start(id);
        QuorumNodes.append(quorum.leader(), "a");
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        assertThat(quorum.leader().log.voters())
                .extracting(each -> each.nodeId())
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    /// The leader's clock stands still: it writes a change without waiting for time to pass.
    @Test
    void changesAreWrittenAtOnce() throws IOException {
        int[] voters = {1, 2, 3};
        for (int id : VOTERS) quorum.start(QuorumNodes.fixed(id, 4_000, voters));
        QuorumNodes.append(quorum.leader(), "a");
        quorum.everyNodeHas("a");
        QuorumNodes.Node leading = quorum.leader();
        quorum.clock(leading.id).stop();
        QuorumNodes.append(leading, "b");
        QuorumNodes.await(() -> "committed", () -> leading.topics.equals(List.of("a", "b")));
        quorum.clock(leading.id).goOn();
    }

    /// It looks at its clock some times for each request that it sends, which it does after a pause each time.
    @Test
    void anObserverWithoutALeaderRests() throws IOException {
        QuorumNodes.Node observer = quorum.start(QuorumNodes.fixed(4, false, 400, new int[] {1, 2, 3}));
        QuorumNodes.await(() -> "past its election time-out", () -> observer.sent.get() >= 40);
        long before = quorum.clock(4).looks.get();
        QuorumNodes.await(() -> "more requests", () -> observer.sent.get() >= 80);
        assertThat(quorum.clock(4).looks.get() - before).isLessThan(40 * 100);
    }

    @Test
    void twoOfThreeGoOnWithoutTheLeaderAndGiveItWhatItMissed() throws IOException {
        for (int id : VOTERS) start(id);
        QuorumNodes.append(quorum.leader(), "before");
        quorum.everyNodeHas("before");
        int gone = quorum.leader().id;
        quorum.stop(gone);
        QuorumNodes.append(quorum.leader(), "meanwhile");
        start(gone);
        QuorumNodes.append(quorum.leader(), "after");
        quorum.everyNodeHas("before", "meanwhile", "after");
    }

    @Test
    void recordsOfALeaderWithoutFollowersAreCut() throws IOException {
        for (int id : VOTERS) start(id);
        QuorumNodes.append(quorum.leader(), "kept");
        quorum.everyNodeHas("kept");
        QuorumNodes.Node old = quorum.leader();
        old.cutOff = true;
        QuorumNodes.append(old, "lost");
        QuorumNodes.append(quorum.leader(), "chosen");
        old.cutOff = false;
        quorum.everyNodeHas("kept", "chosen");
    }

    @Test
    void aNodeThatWasGoneForLongGetsTheSnapshot() throws IOException {
        for (int id : VOTERS) start(id);
        QuorumNodes.append(quorum.leader(), "old");
        quorum.everyNodeHas("old");
        int gone = quorum.leader().id % 3 + 1;
        quorum.stop(gone);
        for (int round = 1; round <= 3; round++) {
            QuorumNodes.append(quorum.leader(), "round-" + round);
            int topics = 1 + round;
            QuorumNodes.Node leading = quorum.leader();
            QuorumNodes.await(() -> "committed", () -> leading.topics.size() == topics);
            for (QuorumNodes.Node each : quorum.nodes.values()) snapshot(each);
        }
        for (int id : List.copyOf(quorum.nodes.keySet())) {
            quorum.stop(id);
            start(id);
        }
        start(gone);
        quorum.everyNodeHas("old", "round-1", "round-2", "round-3");
    }

    @Test
    void aLeaderThatResignsIsFollowedByAnother() throws IOException {
        for (int id : VOTERS) start(id);
        QuorumNodes.Node first = quorum.leader();
        int epoch = first.leadership.epoch();
        first.log.resign(epoch);
        QuorumNodes.await(
                () -> "a new epoch",
                () -> quorum.nodes.values().stream()
                        .anyMatch(each -> each.leadership.epoch() > epoch && each.leadership.leaderId() >= 0));
        QuorumNodes.append(quorum.leader(), "x");
        quorum.everyNodeHas("x");
        assertThat(first.log.append(epoch, QuorumNodes.VERSION, List.of(new TopicRecord("y", Uuid.ONE))))
                .isInstanceOf(Appended.NotLeader.class);
    }

    /// Controller listeners answer before the log is started.
    @Test
    void theLevelIsZeroBeforeTheStart() throws IOException {
        QuorumNodes.Node node = quorum.new Node(QuorumNodes.fixed(1, 1, 2, 3));
        assertThat(node.log.quorumLevel()).isZero();
    }

    /// From then on the voters stand in the log (KIP-853).
    @Test
    void aQuorumOfStaticVotersBecomesOneWithVotersInItsLog() throws Exception {
        for (int id : VOTERS) start(id);
        QuorumNodes.append(quorum.leader(), "a");
        quorum.everyNodeHas("a");
        raise();
        for (QuorumNodes.Node each : quorum.nodes.values())
            QuorumNodes.await(() -> "node " + each.id, () -> each.log.quorumLevel() == 1);
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        QuorumNodes.Node leading = quorum.leader();
        String refused = leading.log.raiseQuorumLevel(leading.leadership.epoch(), (short) 0, false);
        assertThat(refused).isNotEmpty();
        quorum.stop(leading.id);
        // Without controller.quorum.voters.
        quorum.start(QuorumNodes.dynamic(leading.id, false, Map.of()));
        QuorumNodes.append(quorum.leader(), "c");
        quorum.everyNodeHas("a", "b", "c");
        for (QuorumNodes.Node each : quorum.nodes.values())
            QuorumNodes.await(() -> "voters of " + each.id, () -> each.voters().equals(VOTERS));
        for (QuorumNodes.Node each : quorum.nodes.values())
            assertThat(each.log.voters())
                    .extracting(voter -> voter.directoryId())
                    .containsExactlyInAnyOrder(
                            QuorumNodes.directory(1), QuorumNodes.directory(2), QuorumNodes.directory(3));
    }

    /// The leader refuses until it knows the directories and addresses of all voters.
    private void raise() {
        var reason = new AtomicReference<String>();
        QuorumNodes.await(reason::get, () -> {
            QuorumNodes.Node leading = quorum.leader();
            reason.set(leading.log.raiseQuorumLevel(leading.leadership.epoch(), (short) 1, false));
            return reason.get() == null;
        });
    }

    /// Both sets have majorities without a node of the other.
    @Test
    void aNodeWithOtherStaticVotersEndsWithALine() throws IOException {
        for (int id = 1; id <= 2; id++) start(id);
        QuorumNodes.append(quorum.leader(), "a");
        QuorumNodes.Node other = quorum.start(QuorumNodes.fixed(3, 2, 3, 4));
        QuorumNodes.await(() -> "the node goes on", () -> other.failure != null);
        assertThat(other.failure)
                .isInstanceOf(OperatorMistake.class)
                .hasMessage(
                        "controller.quorum.voters names [2, 3, 4] on this node, and the leader of the metadata quorum"
                                + " was elected by [1, 2, 3]");
        QuorumNodes.append(quorum.leader(), "b");
        QuorumNodes.await(() -> "b", () -> quorum.leader().topics.equals(List.of("a", "b")));
    }

    @Test
    void aBatchMayBeLargeAndNotTooLarge() throws IOException {
        for (int id : VOTERS) start(id);
        var many = new ArrayList<Message>();
        for (int i = 0; i < 20_000; i++) many.add(new TopicRecord("topic-" + i, new Uuid(1, i)));
        while (!isCommitted(many)) assertThat(quorum.nodes).isNotEmpty();
        for (QuorumNodes.Node each : quorum.nodes.values())
            QuorumNodes.await(() -> "node " + each.id, () -> each.topics.size() == many.size());
        for (int i = 0; i < 300_000; i++) many.add(new TopicRecord("topic-" + i, new Uuid(1, i)));
        QuorumNodes.await(() -> "refused", () -> append(quorum.leader(), many) instanceof Appended.TooLarge);
    }

    private static Appended append(QuorumNodes.Node leader, List<Message> records) {
        return leader.log.append(leader.leadership.epoch(), QuorumNodes.VERSION, records);
    }

    /// False when another node was elected before the records were committed: they are dropped then.
    private boolean isCommitted(List<Message> records) {
        QuorumNodes.Node leading = quorum.leader();
        int epoch = leading.leadership.epoch();
        if (!(append(leading, records) instanceof Appended.Accepted)) return false;
        QuorumNodes.await(
                () -> "committed in epoch " + epoch,
                () -> !leading.topics.isEmpty() || quorum.leader().leadership.epoch() > epoch);
        // A leader has everything that was committed before its epoch.
        return !quorum.leader().topics.isEmpty();
    }
}
