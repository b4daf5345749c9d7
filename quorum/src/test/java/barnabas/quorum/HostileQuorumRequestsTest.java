package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AddRaftVoterRequest;
import barnabas.protocol.message.BeginQuorumEpochRequest;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.EndQuorumEpochRequest;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchSnapshotRequest;
import barnabas.protocol.message.FetchSnapshotResponse;
import barnabas.protocol.message.RemoveRaftVoterRequest;
import barnabas.protocol.message.UpdateRaftVoterRequest;
import barnabas.protocol.message.VoteRequest;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests at a controller listener that no node of the quorum sends: every client that reaches it can.
@Timeout(180)
class HostileQuorumRequestsTest {
    private static final String TOPIC = "__cluster_metadata";
    private static final Uuid TOPIC_ID = new Uuid(0, 1);
    private static final int REQUESTS = 3_000;

    private final QuorumNodes quorum = new QuorumNodes();
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @AfterEach
    void stopAll() throws IOException {
        quorum.close();
    }

    private QuorumNodes.Node started() throws IOException {
        for (int id = 1; id <= 3; id++) quorum.start(QuorumNodes.fixed(id, 1, 2, 3));
        QuorumNodes.append(quorum.leader(), "a");
        quorum.everyNodeHas("a");
        return quorum.leader();
    }

    /// A record gets to all nodes. One that is appended while the nodes still elect may be lost.
    private void goesOn() {
        for (int attempt = 0; ; attempt++) {
            for (QuorumNodes.Node each : quorum.nodes.values())
                assertThat(each.failure).as("node %d, seed %d", each.id, seed).isNull();
            String topic = "again-" + attempt;
            QuorumNodes.Node leader = quorum.leader();
            leader.log.append(
                    leader.leadership.epoch(),
                    QuorumNodes.VERSION,
                    List.of(new TopicRecord(topic, new Uuid(2, attempt))));
            long end = System.nanoTime() + 3_000_000_000L;
            while (System.nanoTime() - end < 0) {
                if (quorum.nodes.values().stream().allMatch(each -> each.topics.contains(topic))) return;
                Thread.onSpinWait();
            }
            List<String> seen = quorum.nodes.values().stream()
                    .map(each -> each.id + " sees " + each.log.leadership() + ", has " + each.topics)
                    .toList();
            assertThat(attempt)
                    .as("nothing is committed, %s, seed %d", seen, seed)
                    .isLessThan(10);
        }
    }

    private static VoteRequest vote(int candidate, int epoch, boolean preVote) {
        var partition = new VoteRequest.PartitionData(0, epoch, candidate, Uuid.ZERO, Uuid.ZERO, 0, 0, preVote);
        return new VoteRequest(null, -1, List.of(new VoteRequest.TopicData(TOPIC, List.of(partition))));
    }

    private static BeginQuorumEpochRequest begin(int leader, int epoch) {
        return new BeginQuorumEpochRequest(
                null,
                -1,
                List.of(new BeginQuorumEpochRequest.TopicData(
                        TOPIC, List.of(new BeginQuorumEpochRequest.PartitionData(0, Uuid.ZERO, leader, epoch)))),
                List.of(new BeginQuorumEpochRequest.LeaderEndpoint(QuorumNodes.LISTENER, "node", leader)));
    }

    private static EndQuorumEpochRequest end(int leader, int epoch) {
        return new EndQuorumEpochRequest(
                null,
                List.of(new EndQuorumEpochRequest.TopicData(
                        TOPIC,
                        List.of(new EndQuorumEpochRequest.PartitionData(0, leader, epoch, List.of(), List.of())))),
                List.of());
    }

    @Test
    void aForeignLeaderOfThePresentEpochEndsNoNode() throws Exception {
        QuorumNodes.Node leader = started();
        int epoch = leader.leadership.epoch();
        for (QuorumNodes.Node each : List.copyOf(quorum.nodes.values())) {
            for (int named = 1; named <= 4; named++) {
                if (named == leader.id && each.id != leader.id) continue; // believed: a leader that resigns
                each.ask(begin(named, epoch));
                each.ask(end(named, epoch));
            }
        }
        assertThat(quorum.leader().leadership).isEqualTo(leader.leadership);
        goesOn();
    }

    /// Without an election of its own making it would have no metadata until the leader ends.
    @Test
    void aVoterWithAFalseLeaderOfThePresentEpochComesBack() throws Exception {
        QuorumNodes.Node leader = started();
        int epoch = leader.leadership.epoch();
        int voter = 1 + leader.id % 3;
        int other = 1 + voter % 3;
        quorum.stop(voter);
        new FalseLeader(other, epoch).write(voter, quorum.disk(voter));
        quorum.start(QuorumNodes.fixed(voter, 1, 2, 3));
        goesOn();
    }

    @Test
    void aNodeDoesNotBelieveThatItLeads() throws Exception {
        started();
        for (QuorumNodes.Node each : List.copyOf(quorum.nodes.values())) {
            each.ask(begin(each.id, each.log.leadership().epoch() + 1));
            each.ask(end(each.id, each.log.leadership().epoch() + 1));
        }
        goesOn();
    }

    /// An epoch that is the last one would leave no epoch for an election, for ever: voters keep it on their disks.
    @Test
    void noEpochsAreUsedUp() throws Exception {
        started();
        for (int ahead : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 1 << 30}) {
            for (QuorumNodes.Node each : List.copyOf(quorum.nodes.values())) {
                each.ask(vote(2, ahead, false));
                each.ask(vote(2, ahead, true));
                each.ask(begin(2, ahead));
                each.ask(end(2, ahead));
            }
        }
        goesOn();
        for (QuorumNodes.Node each : quorum.nodes.values())
            assertThat(each.log.leadership().epoch()).isLessThan(1 << 20);
    }

    @Test
    void anyRequestLeavesTheQuorumAtWork() throws Exception {
        started();
        for (int i = 0; i < REQUESTS; i++) {
            QuorumNodes.Node node = quorum.nodes.get(1 + random.nextInt(3));
            RequestMessage request = request(node.log.leadership().epoch());
            short version = (short) random.nextInt(
                    request.apiKey().lowestVersion(), request.apiKey().highestStableVersion() + 1);
            ByteBuffer body;
            try {
                body = request.toBuffer(version);
            } catch (RuntimeException e) {
                continue; // not to be written in this version
            }
            try {
                node.log
                        .handle(QuorumNodes.LISTENER, request.apiKey().id(), version, 1, body)
                        .toCompletableFuture()
                        .get(2, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // A request may fail, the node may not.
            } catch (RuntimeException e) {
                // refused before the engine
            }
            assertThat(node.failure)
                    .as("node %d after %s v%d, seed %d", node.id, request, version, seed)
                    .isNull();
        }
        goesOn();
    }

    /// A follower that gets no answer asks for the same snapshot again without end, when the leader has a newer one.
    @Test
    void aSnapshotThatIsNotThereIsAnswered() throws Exception {
        QuorumNodes.Node leader = started();
        int epoch = leader.leadership.epoch();
        assertThat(askForSnapshot(leader, epoch)).isEqualTo(ErrorCode.SNAPSHOT_NOT_FOUND);
        assertThat(askForSnapshot(leader, epoch + 1)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        for (QuorumNodes.Node each : List.copyOf(quorum.nodes.values()))
            if (each.id != leader.id)
                assertThat(askForSnapshot(each, epoch)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        goesOn();
    }

    private static ErrorCode askForSnapshot(QuorumNodes.Node node, int epoch) throws Exception {
        var partition = new FetchSnapshotRequest.PartitionSnapshot(
                0, epoch, new FetchSnapshotRequest.SnapshotId(1_000_000, epoch), 0, Uuid.ZERO);
        var request = new FetchSnapshotRequest(
                null, 9, 1_000, List.of(new FetchSnapshotRequest.TopicSnapshot(TOPIC, List.of(partition))));
        var answer = (FetchSnapshotResponse) node.ask(request);
        return ErrorCode.of(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    /// 13,000 addresses of one name took Kafka's classes minutes of a processor.
    @Test
    void aLongListOfAddressesIsNotRead() throws IOException {
        QuorumNodes.Node leader = started();
        var same = new UpdateRaftVoterRequest.Listener(QuorumNodes.LISTENER, "node", 2);
        var request = new UpdateRaftVoterRequest(
                null,
                leader.leadership.epoch(),
                2,
                Uuid.ZERO,
                Collections.nCopies(100_000, same),
                new UpdateRaftVoterRequest.KRaftVersionFeature((short) 0, (short) 1));
        assertThatThrownBy(() -> leader.ask(request)).hasMessageContaining("bytes");
        goesOn();
    }

    private int id() {
        int[] ids = {1, 2, 3, 1, 2, 3, 4, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
        return ids[random.nextInt(ids.length)];
    }

    private int epoch(int present) {
        int[] epochs = {
            present, present, present, present + 1, present - 1, 0, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE
        };
        return epochs[random.nextInt(epochs.length)];
    }

    private long offset() {
        long[] offsets = {0, 1, 2, 3, 5, -1, -2, 1_000_000, Long.MAX_VALUE, Long.MIN_VALUE};
        return offsets[random.nextInt(offsets.length)];
    }

    private int number() {
        int[] numbers = {0, 0, 0, 1, -1, 100, Integer.MAX_VALUE, Integer.MIN_VALUE};
        return numbers[random.nextInt(numbers.length)];
    }

    private Uuid directory() {
        Uuid[] ids = {Uuid.ZERO, Uuid.ZERO, QuorumNodes.directory(1), QuorumNodes.directory(2), new Uuid(5, 5)};
        return ids[random.nextInt(ids.length)];
    }

    private String cluster() {
        String[] ids = {null, "cluster-1", "cluster-1", "another"};
        return ids[random.nextInt(ids.length)];
    }

    private String host() {
        String[] hosts = {"node", "node", "node", "elsewhere", "", "[", "\n"};
        return hosts[random.nextInt(hosts.length)];
    }

    private String listener() {
        String[] names = {
            QuorumNodes.LISTENER, QuorumNodes.LISTENER, QuorumNodes.LISTENER, "other", "", " ", "controller"
        };
        return names[random.nextInt(names.length)];
    }

    private int port() {
        int[] ports = {1, 2, 3, 1, 2, 3, 4, 0, -1, 65_535, 65_536, Integer.MAX_VALUE};
        return ports[random.nextInt(ports.length)];
    }

    /// List of none, one or two.
    private <T> List<T> some(Supplier<T> each) {
        var all = new ArrayList<T>();
        int count = new int[] {0, 1, 1, 1, 1, 2}[random.nextInt(6)];
        for (int i = 0; i < count; i++) all.add(each.get());
        return all;
    }

    private RequestMessage request(int epoch) {
        return switch (random.nextInt(9)) {
            case 0 ->
                new VoteRequest(
                        cluster(),
                        id(),
                        some(() -> new VoteRequest.TopicData(
                                TOPIC,
                                some(() -> new VoteRequest.PartitionData(
                                        0,
                                        epoch(epoch),
                                        id(),
                                        directory(),
                                        directory(),
                                        epoch(epoch),
                                        offset(),
                                        random.nextBoolean())))));
            case 1 ->
                new BeginQuorumEpochRequest(
                        cluster(),
                        id(),
                        some(() -> new BeginQuorumEpochRequest.TopicData(
                                TOPIC,
                                some(() -> new BeginQuorumEpochRequest.PartitionData(
                                        0, directory(), id(), epoch(epoch))))),
                        some(() -> new BeginQuorumEpochRequest.LeaderEndpoint(listener(), host(), port())));
            case 2 ->
                new EndQuorumEpochRequest(
                        cluster(),
                        some(() -> new EndQuorumEpochRequest.TopicData(
                                TOPIC,
                                some(() -> new EndQuorumEpochRequest.PartitionData(
                                        0,
                                        id(),
                                        epoch(epoch),
                                        some(this::id),
                                        some(() -> new EndQuorumEpochRequest.ReplicaInfo(id(), directory())))))),
                        some(() -> new EndQuorumEpochRequest.LeaderEndpoint(listener(), host(), port())));
            case 3, 4 -> fetch(epoch);
            case 5 ->
                new FetchSnapshotRequest(
                        cluster(),
                        id(),
                        number(),
                        some(() -> new FetchSnapshotRequest.TopicSnapshot(
                                TOPIC,
                                some(() -> new FetchSnapshotRequest.PartitionSnapshot(
                                        0,
                                        epoch(epoch),
                                        new FetchSnapshotRequest.SnapshotId(offset(), epoch(epoch)),
                                        offset(),
                                        directory())))));
            case 6 ->
                new DescribeQuorumRequest(some(() -> new DescribeQuorumRequest.TopicData(
                        TOPIC, some(() -> new DescribeQuorumRequest.PartitionData(number())))));
            case 7 ->
                random.nextBoolean()
                        ? new AddRaftVoterRequest(
                                cluster(),
                                random.nextInt(-1, 100),
                                id(),
                                directory(),
                                some(() -> new AddRaftVoterRequest.Listener(listener(), host(), port())),
                                random.nextBoolean())
                        : new RemoveRaftVoterRequest(cluster(), id(), directory());
            default ->
                new UpdateRaftVoterRequest(
                        cluster(),
                        epoch(epoch),
                        id(),
                        directory(),
                        some(() -> new UpdateRaftVoterRequest.Listener(listener(), host(), port())),
                        new UpdateRaftVoterRequest.KRaftVersionFeature((short) number(), (short) number()));
        };
    }

    private RequestMessage fetch(int epoch) {
        return FetchRequest.builder()
                .clusterId(cluster())
                .replicaId(random.nextInt(4) == 0 ? id() : -1)
                .replicaState(new FetchRequest.ReplicaState(id(), offset()))
                .maxWaitMs(random.nextInt(-1, 20))
                .minBytes(number())
                .maxBytes(number())
                .topics(some(() -> FetchRequest.FetchTopic.builder()
                        .topic(random.nextBoolean() ? TOPIC : "")
                        .topicId(random.nextInt(5) == 0 ? Uuid.ZERO : TOPIC_ID)
                        .partitions(some(() -> FetchRequest.FetchPartition.builder()
                                .partition(random.nextInt(5) == 0 ? number() : 0)
                                .currentLeaderEpoch(epoch(epoch))
                                .fetchOffset(offset())
                                .lastFetchedEpoch(epoch(epoch))
                                .partitionMaxBytes(number())
                                .replicaDirectoryId(directory())
                                .highWatermark(offset())
                                .build()))
                        .build()))
                .build();
    }
}
