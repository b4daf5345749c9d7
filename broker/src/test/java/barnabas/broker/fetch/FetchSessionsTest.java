package barnabas.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.broker.request.MemoryBudget;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Memory that sessions may hold, and its release.
class FetchSessionsTest {
    private static final short BY_NAME = 12;
    /// 131,072 partitions in all, 32,768 for one session.
    private static final MemoryBudget BUDGET = new MemoryBudget(512 << 20);
    private static final Predicate<FetchedPartition.Key> ALL_HOSTED = key -> true;
    private static final Predicate<FetchedPartition.Key> NONE_HOSTED = key -> false;

    private final ManualClock clock = new ManualClock(0);
    private final FetchSessions sessions = new FetchSessions(1_000, BUDGET, clock, new Random(1));

    private static FetchRequest request(int sessionId, int epoch, int firstPartition, int count) {
        List<FetchPartition> partitions = IntStream.range(firstPartition, firstPartition + count)
                .mapToObj(index -> FetchPartition.builder()
                        .partition(index)
                        .partitionMaxBytes(1_000)
                        .build())
                .toList();
        return FetchRequest.builder()
                .sessionId(sessionId)
                .sessionEpoch(epoch)
                .topics(
                        count == 0
                                ? List.of()
                                : List.of(FetchTopic.builder()
                                        .topic("t")
                                        .partitions(partitions)
                                        .build()))
                .build();
    }

    private static FetchSession session(FetchSessions.Opening opening) {
        return Objects.requireNonNull(((FetchSessions.Opening.Full) opening).session());
    }

    private FetchSession open(OpenConnection connection, int count) {
        FetchSession session = session(sessions.open(request(0, 0, 0, count), BY_NAME, connection, ALL_HOSTED));
        sessions.release(session);
        return session;
    }

    @Test
    void endWithTheirConnection() {
        var connection = new OpenConnection(1);
        for (int i = 0; i < 500; i++) open(connection, 10);
        assertThat(sessions.count()).isEqualTo(500);
        assertThat(sessions.partitions()).isEqualTo(5_000);
        assertThat(connection.closedActions()).as("one for all sessions").isEqualTo(1);
        connection.end();
        assertThat(sessions.count()).isZero();
        assertThat(sessions.partitions()).isZero();
    }

    @Test
    void endWithTheConnectionThatUsedThemLast() {
        var first = new OpenConnection(1);
        var second = new OpenConnection(2);
        FetchSession session = open(first, 10);
        var opening = sessions.open(request(session.id(), 1, 0, 0), BY_NAME, second, ALL_HOSTED);
        assertThat(opening).isInstanceOf(FetchSessions.Opening.Incremental.class);
        sessions.release(session);
        first.end();
        assertThat(sessions.count()).isEqualTo(1);
        second.end();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void oneThatIsInUseWhenItsConnectionEndsIsClosedAfterwards() {
        var connection = new OpenConnection(1);
        FetchSession session = session(sessions.open(request(0, 0, 0, 10), BY_NAME, connection, ALL_HOSTED));
        connection.end();
        assertThat(sessions.count()).isZero();
        sessions.release(session);
        assertThat(session.isInUse()).as("closed by the call that held it").isTrue();
    }

    /// 300,000 made-up partitions are answered, but not remembered.
    @Test
    void takeNoCrowdOfUnknownPartitions() {
        var connection = new OpenConnection(1);
        var opening = sessions.open(request(0, 0, 0, 300_000), BY_NAME, connection, NONE_HOSTED);
        assertThat(opening).isInstanceOfSatisfying(FetchSessions.Opening.Full.class, full -> {
            assertThat(full.session()).isNull();
            assertThat(full.set().size()).isEqualTo(300_000);
        });
        var few = sessions.open(
                request(0, 0, 0, FetchSessions.UNKNOWN_PARTITIONS_MAX + 1), BY_NAME, connection, NONE_HOSTED);
        assertThat(few)
                .isInstanceOfSatisfying(
                        FetchSessions.Opening.Full.class,
                        full -> assertThat(full.session()).isNull());
        assertThat(sessions.count()).isZero();
        assertThat(sessions.partitions()).isZero();
        // A client that is a little behind the cluster gets its session.
        FetchSession session = session(sessions.open(request(0, 0, 0, 10), BY_NAME, connection, NONE_HOSTED));
        sessions.release(session);
        for (int epoch = 1; epoch <= 100; epoch++) {
            sessions.open(request(session.id(), epoch, epoch * 10, 10), BY_NAME, connection, NONE_HOSTED);
            sessions.release(session);
        }
        assertThat(sessions.count()).as("little by little").isZero();
    }

    @Test
    void oneThatGrowsTooLargeHasItsClientStartOver() {
        var connection = new OpenConnection(1);
        FetchSession session = open(connection, 30_000);
        var opening = sessions.open(request(session.id(), 1, 30_000, 10_000), BY_NAME, connection, ALL_HOSTED);
        assertThat(opening).isEqualTo(new FetchSessions.Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(sessions.partitions()).isZero();
    }

    @Test
    void holdABoundedNumberOfPartitionsTogetherAndTheIdleMakeRoom() {
        var connections = new ArrayList<OpenConnection>();
        for (int i = 0; i < 4; i++) {
            connections.add(new OpenConnection(i));
            open(connections.getLast(), 32_000);
        }
        var late = new OpenConnection(9);
        var opening = sessions.open(request(0, 0, 0, 32_000), BY_NAME, late, ALL_HOSTED);
        assertThat(((FetchSessions.Opening.Full) opening).session()).isNull();
        clock.advance(Duration.ofMillis(120_001));
        open(late, 32_000);
        assertThat(sessions.partitions()).isEqualTo(4 * 32_000);
        connections.forEach(OpenConnection::end);
        assertThat(sessions.partitions()).isEqualTo(32_000);
    }
}
