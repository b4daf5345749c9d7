package barnabas.broker.follow;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchResponse;
import org.junit.jupiter.api.Test;

/// The follower's side of fetch sessions (KIP-227).
class SourceSessionTest {
    private static final Uuid TOPIC = new Uuid(1, 1);

    private final SourceSession session = new SourceSession();

    /// @param offsets by partition, negative for one that is not fetched
    private void want(long... offsets) {
        for (int i = 0; i < offsets.length; i++) {
            var key = new ReplicaKey(TOPIC, i);
            if (offsets[i] < 0) session.leave(key);
            else session.want(key, new FetchPartition(i, 3, offsets[i], 3, 0, 1_000, Uuid.ZERO, Long.MAX_VALUE));
        }
    }

    private boolean answer(int sessionId, ErrorCode error) {
        return session.answered(FetchResponse.builder()
                .sessionId(sessionId)
                .errorCode(error.code())
                .build());
    }

    private String ask(long... offsets) {
        want(offsets);
        SourceSession.Names names = session.next();
        var text = new StringBuilder("session " + names.sessionId() + " epoch " + names.sessionEpoch());
        names.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(each -> text.append(" %d@%d".formatted(each.partition(), each.fetchOffset()))));
        names.forgotten().forEach(topic -> text.append(" without ").append(topic.partitions()));
        return text.toString();
    }

    @Test
    void laterRequestsNameWhatChanged() {
        assertThat(ask(5, 6)).isEqualTo("session 0 epoch 0 0@5 1@6");
        assertThat(answer(77, ErrorCode.NONE)).isTrue();
        assertThat(ask(5, 9)).isEqualTo("session 77 epoch 1 1@9");
        assertThat(answer(77, ErrorCode.NONE)).isTrue();
        assertThat(ask(5, 9)).isEqualTo("session 77 epoch 2");
        assertThat(answer(77, ErrorCode.NONE)).isTrue();
        assertThat(ask(-1, 9, 1)).isEqualTo("session 77 epoch 3 2@1 without [0]");
    }

    @Test
    void aSessionThatIsGoneBeginsAgainInFull() {
        ask(5, 6);
        answer(77, ErrorCode.NONE);
        ask(5, 9);
        assertThat(answer(0, ErrorCode.FETCH_SESSION_ID_NOT_FOUND)).isFalse();
        assertThat(ask(5, 9)).isEqualTo("session 0 epoch 0 0@5 1@9");
    }

    @Test
    void aWrongEpochEndsTheSessionThatIsStillThere() {
        ask(5, 6);
        answer(77, ErrorCode.NONE);
        ask(5, 9);
        assertThat(answer(0, ErrorCode.INVALID_FETCH_SESSION_EPOCH)).isFalse();
        assertThat(ask(5, 9)).isEqualTo("session 77 epoch 0 0@5 1@9");
        answer(78, ErrorCode.NONE);
        assertThat(ask(5, 9)).isEqualTo("session 78 epoch 1");
    }

    @Test
    void withoutASessionEachRequestIsFull() {
        ask(5, 6);
        assertThat(answer(0, ErrorCode.NONE)).isTrue();
        assertThat(ask(5, 6)).isEqualTo("session 0 epoch 0 0@5 1@6");
    }

    @Test
    void aLostConnectionTakesTheSessionWithIt() {
        ask(5, 6);
        answer(77, ErrorCode.NONE);
        session.lost();
        assertThat(ask(5, 6)).isEqualTo("session 0 epoch 0 0@5 1@6");
    }

    @Test
    void aPartitionThatLeavesAndComesBackIsNamedAgain() {
        ask(5, 6);
        answer(77, ErrorCode.NONE);
        want(-1, 6);
        assertThat(ask(5, 6)).isEqualTo("session 77 epoch 1 0@5");
        answer(77, ErrorCode.NONE);
        want(9, 6);
        assertThat(ask(-1, 6)).isEqualTo("session 77 epoch 2 without [0]");
    }

    @Test
    void changesBeforeASessionAreInItsFullRequest() {
        ask(5, 6);
        session.lost();
        want(-1, 7);
        assertThat(ask(-1, 8)).isEqualTo("session 0 epoch 0 1@8");
        answer(77, ErrorCode.NONE);
        assertThat(ask(-1, 8)).isEqualTo("session 77 epoch 1");
    }

    @Test
    void nothingIsWantedWhenAllHaveLeft() {
        assertThat(session.isEmpty()).isTrue();
        want(5);
        assertThat(session.isEmpty()).isFalse();
        want(-1);
        assertThat(session.isEmpty()).isTrue();
    }
}
