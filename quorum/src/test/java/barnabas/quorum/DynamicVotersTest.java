package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SeveralVotersException;
import barnabas.metadata.log.Voter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AddRaftVoterRequest;
import barnabas.protocol.message.AddRaftVoterResponse;
import barnabas.protocol.message.RemoveRaftVoterRequest;
import barnabas.protocol.message.RemoveRaftVoterResponse;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Voters that stand in the metadata log (KIP-853): a node alone becomes one of three and is alone again.
class DynamicVotersTest {
    private static final Map<String, String> JOINS = Map.of("controller.quorum.auto.join.enable", "true");

    private final QuorumNodes quorum = new QuorumNodes();

    @AfterEach
    void stop() throws IOException {
        quorum.close();
    }

    /// The log of a node alone, on the disk of node 1.
    private static final class Alone implements MetadataLog.Listener, AutoCloseable {
        final List<String> topics = new CopyOnWriteArrayList<>();
        final LocalMetadataLog log;
        volatile QuorumLeader leadership = QuorumLeader.NONE;

        Alone(QuorumNodes quorum, int id) throws IOException {
            log = LocalMetadataLog.open(QuorumNodes.ROOT, id, quorum.disk(id), Clock.SYSTEM, Threads.SYSTEM);
            log.start(this);
        }

        void append(String topic) {
            var record = new TopicRecord(topic, new Uuid(1, topic.hashCode()));
            assertThat(log.append(leadership.epoch(), QuorumNodes.VERSION, List.of(record)))
                    .isInstanceOf(Appended.Accepted.class);
        }

        @Override
        public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
            topics.clear();
            snapshot.batches().forEach(this::take);
        }

        @Override
        public void committed(MetadataLog.CommittedBatch batch) {
            take(batch.records());
        }

        private void take(List<Message> records) {
            for (Message each : records) if (each instanceof TopicRecord topic) topics.add(topic.name());
        }

        @Override
        public void leaderChanged(QuorumLeader now) {
            leadership = now;
        }

        @Override
        public void dropped(IOException shortage, Runnable goOn) {
            throw new AssertionError(shortage);
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void close() throws IOException {
            log.close();
        }
    }

    private void alone(String... topics) throws IOException {
        try (var alone = new Alone(quorum, 1)) {
            for (String each : topics) alone.append(each);
        }
    }

    private void grow() throws IOException {
        quorum.start(QuorumNodes.dynamic(1, true, Map.of()));
        quorum.leader();
        for (int id = 2; id <= 3; id++) quorum.start(QuorumNodes.dynamic(id, false, JOINS));
        await(1, 2, 3);
    }

    private void await(Integer... voters) {
        for (QuorumNodes.Node each : quorum.nodes.values())
            QuorumNodes.await(
                    () -> "voters of node " + each.id + ": " + each.voters() + " " + each.failure,
                    () -> each.voters().equals(List.of(voters)));
    }

    private static RemoveRaftVoterRequest removal(int id) {
        return RemoveRaftVoterRequest.builder()
                .clusterId("cluster-1")
                .voterId(id)
                .voterDirectoryId(QuorumNodes.directory(id))
                .build();
    }

    private void remove(int id) throws Exception {
        var answer = (RemoveRaftVoterResponse) quorum.leader().ask(removal(id));
        assertThat(ErrorCode.of(answer.errorCode())).as(answer.errorMessage()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aNodeAloneBecomesOneOfThreeThatElectALeader() throws Exception {
        alone("a", "b");
        grow();
        QuorumNodes.append(quorum.leader(), "c");
        quorum.everyNodeHas("a", "b", "c");
        int first = quorum.leader().id;
        quorum.stop(first);
        QuorumNodes.append(quorum.leader(), "d");
        quorum.start(QuorumNodes.dynamic(first, false, JOINS));
        quorum.everyNodeHas("a", "b", "c", "d");
        await(1, 2, 3);
        assertThat(quorum.leader().log.voters())
                .allSatisfy(voter -> assertThat(voter)
                        .isEqualTo(new Voter(
                                voter.nodeId(),
                                QuorumNodes.directory(voter.nodeId()),
                                List.of(new Voter.Endpoint(QuorumNodes.LISTENER, "node", voter.nodeId())))));
    }

    /// A removed voter that runs does not join again, although the settings of its start say so.
    @Test
    void threeBecomeOneAndThatOneIsANodeAloneAgain() throws Exception {
        alone("a");
        grow();
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        remove(3);
        await(1, 2);
        remove(2);
        await(1);
        QuorumNodes.append(quorum.leader(), "c");
        quorum.everyNodeHas("a", "b", "c");
        assertThat(quorum.leader().id).isEqualTo(1);
        await(1);
        for (int id = 1; id <= 3; id++) quorum.stop(id);
        try (var again = new Alone(quorum, 1)) {
            assertThat(again.topics).containsExactly("a", "b", "c");
            again.append("d");
        }
        quorum.start(QuorumNodes.dynamic(1, false, Map.of()));
        quorum.everyNodeHas("a", "b", "c", "d");
        await(1);
    }

    @Test
    void aRemovedVoterJoinsAgainWhenItIsStartedAgain() throws Exception {
        alone("a");
        grow();
        remove(3);
        await(1, 2);
        quorum.stop(3);
        quorum.start(QuorumNodes.dynamic(3, false, JOINS));
        await(1, 2, 3);
    }

    /// It has the id of its voter, and another directory.
    @Test
    void aVoterWithAnEmptyDiskTakesItsOwnPlace() throws Exception {
        alone("a");
        grow();
        quorum.stop(3);
        quorum.disks.remove(3);
        var renewed = new Uuid(8, 3);
        quorum.start(QuorumNodes.dynamic(3, renewed, false, JOINS));
        QuorumNodes.await(
                () -> "voters: " + quorum.leader().log.voters(),
                () -> quorum.leader().log.voters().stream()
                        .anyMatch(voter -> voter.directoryId().equals(renewed)));
        await(1, 2, 3);
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
    }

    /// Clocks that are hours off, and set back while the nodes run.
    @Test
    void wrongClocksDoNotMatter() throws Exception {
        alone("a");
        quorum.clock(2).aheadMillis.set(Duration.ofHours(5).toMillis());
        quorum.clock(3).aheadMillis.set(-Duration.ofHours(5).toMillis());
        grow();
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        for (int id = 1; id <= 3; id++)
            quorum.clock(id).aheadMillis.addAndGet(-Duration.ofHours(7).toMillis());
        quorum.stop(quorum.leader().id);
        QuorumNodes.append(quorum.leader(), "c");
        quorum.everyNodeHas("a", "b", "c");
    }

    @Test
    void aNodeIsAddedByARequest() throws Exception {
        alone("a");
        quorum.start(QuorumNodes.dynamic(1, true, Map.of()));
        quorum.leader();
        QuorumNodes.Node second = quorum.start(QuorumNodes.dynamic(2, false, Map.of()));
        QuorumNodes.await(() -> "topics of node 2", () -> second.topics.equals(List.of("a")));
        QuorumNodes.await(() -> "voters of node 2", () -> second.voters().equals(List.of(1)));
        var answer = (AddRaftVoterResponse) quorum.leader()
                .ask(AddRaftVoterRequest.builder()
                        .clusterId("cluster-1")
                        .timeoutMs(10_000)
                        .voterId(2)
                        .voterDirectoryId(QuorumNodes.directory(2))
                        .listeners(List.of(new AddRaftVoterRequest.Listener(QuorumNodes.LISTENER, "node", 2)))
                        .build());
        assertThat(ErrorCode.of(answer.errorCode())).as(answer.errorMessage()).isEqualTo(ErrorCode.NONE);
        await(1, 2);
    }

    /// Their voters stand in their snapshots.
    @Test
    void votersAreKnownFromASnapshot() throws Exception {
        alone("a");
        grow();
        for (String topic : List.of("b", "c", "d")) {
            QuorumNodes.append(quorum.leader(), topic);
            for (QuorumNodes.Node each : quorum.nodes.values())
                QuorumNodes.await(() -> topic, () -> each.topics.contains(topic));
            for (QuorumNodes.Node each : quorum.nodes.values()) each.snapshot();
        }
        for (int id = 1; id <= 3; id++) quorum.stop(id);
        for (int id = 1; id <= 3; id++) quorum.start(QuorumNodes.dynamic(id, false, Map.of()));
        await(1, 2, 3);
        QuorumNodes.append(quorum.leader(), "e");
        quorum.everyNodeHas("a", "b", "c", "d", "e");
    }

    @Test
    void oneOfSeveralVotersIsNoNodeAlone() throws Exception {
        alone("a");
        grow();
        QuorumNodes.append(quorum.leader(), "b");
        quorum.everyNodeHas("a", "b");
        for (int id = 1; id <= 3; id++) quorum.stop(id);
        for (int id = 1; id <= 3; id++) {
            int node = id;
            assertThatThrownBy(() -> new Alone(quorum, node))
                    .isInstanceOf(SeveralVotersException.class)
                    .hasMessageContaining("[1, 2, 3]");
        }
    }

    /// Two leaders in one epoch would follow.
    @Test
    void aQuorumIsFoundedOnce() throws Exception {
        alone("a");
        quorum.start(QuorumNodes.dynamic(1, true, Map.of()));
        quorum.stop(1);
        assertThatThrownBy(() -> quorum.start(QuorumNodes.dynamic(1, true, Map.of())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> quorum.start(QuorumNodes.dynamic(2, true, Map.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfSeveralStaticVotersIsNoNodeAlone() throws Exception {
        for (int id = 1; id <= 3; id++) quorum.start(QuorumNodes.fixed(id, 1, 2, 3));
        QuorumNodes.append(quorum.leader(), "a");
        quorum.everyNodeHas("a");
        for (int id = 1; id <= 3; id++) quorum.stop(id);
        assertThatThrownBy(() -> new Alone(quorum, 2))
                .isInstanceOf(SeveralVotersException.class)
                .hasMessageContaining("[1, 2, 3]");
    }
}
