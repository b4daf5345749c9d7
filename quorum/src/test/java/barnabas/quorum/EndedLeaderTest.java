package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.log.QuorumLeader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Voters whose leader ends, with time-outs that no test waits for: what is elected here was elected for another
/// reason.
@Timeout(60)
class EndedLeaderTest {
    private static final int FETCH_MILLIS = 600_000;

    private final QuorumNodes quorum = new QuorumNodes();

    @AfterEach
    void stopAll() throws IOException {
        quorum.close();
    }

    /// Starts with short time-outs, so that somebody is elected, and goes on with long ones.
    private QuorumNodes.Node started(int... voters) throws IOException {
        for (int id : voters) quorum.start(QuorumNodes.fixed(id, voters));
        QuorumNodes.append(quorum.leader(), "a");
        quorum.everyNodeHas("a");
        int leader = quorum.leader().id;
        for (int id : voters) {
            if (id == leader) continue;
            quorum.stop(id);
            quorum.start(QuorumNodes.fixed(id, FETCH_MILLIS, voters));
            QuorumNodes.await(
                    () -> "node " + id, () -> quorum.nodes.get(id).topics.equals(List.of("a")));
        }
        assertThat(quorum.leader().id).isEqualTo(leader);
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        return quorum.leader();
    }

    @Test
    void anotherOneOfThreeIsElectedAtOnce() throws IOException {
        QuorumNodes.Node killed = started(1, 2, 3);
        int epoch = killed.leadership.epoch();
        quorum.kill(killed.id);
        QuorumNodes.Node next = quorum.leader();
        assertThat(next.leadership.epoch()).isEqualTo(epoch + 1);
        QuorumNodes.append(next, "c");
        quorum.everyNodeHas("a", "b", "c");
    }

    @Test
    void anotherOneOfFiveIsElectedWhenTwoHaveEnded() throws IOException {
        QuorumNodes.Node killed = started(1, 2, 3, 4, 5);
        quorum.kill(killed.id % 5 + 1);
        quorum.kill(killed.id);
        QuorumNodes.append(quorum.leader(), "c");
        quorum.everyNodeHas("a", "b", "c");
    }

    /// The first voter in line has less than the second one, and cannot be elected.
    @Test
    void theVoterWithTheLongerLogIsElected() throws IOException {
        QuorumNodes.Node killed = started(1, 2, 3);
        List<QuorumNodes.Node> left = quorum.nodes.values().stream()
                .filter(each -> each.id != killed.id)
                .sorted((one, other) -> one.id - other.id)
                .toList();
        left.getFirst().cutOff = true;
        QuorumNodes.append(killed, "c");
        QuorumNodes.await(() -> "c", () -> left.getLast().topics.contains("c"));
        quorum.kill(killed.id);
        left.getFirst().cutOff = false;
        assertThat(quorum.leader().id).isEqualTo(left.getLast().id);
        quorum.everyNodeHas("a", "b", "c");
    }

    /// The others still fetch from the leader, and refuse pre-votes.
    @Test
    void oneRefusedVoterElectsNoLeader() throws IOException {
        QuorumNodes.Node leader = started(1, 2, 3);
        QuorumLeader before = leader.leadership;
        QuorumNodes.Node alone = quorum.nodes.get(leader.id % 3 + 1);
        alone.refusedBy(leader.id);
        QuorumNodes.await(() -> "a probe", () -> quorum.probes.get() > 0);
        QuorumNodes.append(leader, "c");
        QuorumNodes.await(
                () -> "the third node",
                () -> quorum.nodes.values().stream()
                        .filter(each -> each != alone)
                        .allMatch(each -> each.topics.contains("c")));
        alone.refusedBy(0);
        quorum.everyNodeHas("a", "b", "c");
        for (QuorumNodes.Node each : quorum.nodes.values())
            assertThat(each.leadership).isEqualTo(before);
    }

    /// A paused process keeps its connections, and its host accepts others.
    @Test
    void aLeaderThatDoesNotAnswerIsNotProbed() throws IOException {
        QuorumNodes.Node leader = started(1, 2, 3);
        leader.cutOff = true;
        QuorumNodes.Node other = quorum.nodes.get(leader.id % 3 + 1);
        int sent = other.sent.get();
        QuorumNodes.await(() -> "requests that nobody answers", () -> other.sent.get() > sent + 20);
        assertThat(quorum.probes).hasValue(0);
        leader.cutOff = false;
    }
}
