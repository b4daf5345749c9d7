package barnabas.log.partition;

import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.AppendResult.Appended;
import barnabas.log.AppendResult.Fenced;
import barnabas.log.LogFixture;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// Nothing of an earlier leader epoch changes a log: the epoch is compared under the lock that gives out offsets.
class LeaderEpochFenceTest {
    private static final long PRODUCER = 7;

    private final LogFixture fixture = new LogFixture(SMALL);
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog log = fixture.openLog(directory);

    private AppendResult append(int leaderEpoch, String... values) {
        return log.append(batchOf(-1, -1, -1, false, values), AppendOrigin.CLIENT, leaderEpoch);
    }

    @Test
    void anAppendOfAnEarlierEpochIsFenced() {
        log.startLeaderEpoch(4);
        assertThat(append(4, "a")).isInstanceOf(Appended.class);
        log.startLeaderEpoch(6);
        assertThat(append(4, "b")).isEqualTo(new Fenced(6));
        assertThat(append(6, "c")).isInstanceOf(Appended.class);
        assertThat(log.logEndOffset()).isEqualTo(2);
        assertThat(log.leaderEpochAt(1)).hasValue(6);
    }

    @Test
    void aFollowersEpochFencesItsTimeAsLeader() {
        log.startLeaderEpoch(4);
        log.enterLeaderEpoch(5);
        assertThat(append(4, "a")).isEqualTo(new Fenced(5));
        assertThat(log.latestLeaderEpoch()).hasValue(4);
        // a late notice of an earlier leadership opens nothing again
        log.startLeaderEpoch(4);
        assertThat(append(4, "a")).isEqualTo(new Fenced(5));
    }

    @Test
    void coordinatorsAndReplicasAreFencedAlike() {
        log.startLeaderEpoch(2);
        for (AppendOrigin origin : AppendOrigin.values()) {
            ByteBuffer batch = batchOf(-1, -1, -1, false, "a");
            assertThat(log.append(batch, origin, 1)).as("%s", origin).isEqualTo(new Fenced(2));
        }
        assertThat(log.logEndOffset()).isZero();
    }

    @Test
    void transactionsNeitherBeginNorEndInAnEarlierEpoch() {
        log.startLeaderEpoch(1);
        ByteBuffer batch = batchOf(PRODUCER, 0, 0, true, "a");
        Verification asked =
                log.startVerification(RecordBatch.at(batch, 0), false).orElseThrow();
        log.startLeaderEpoch(2);
        assertThat(log.appendTransactional(batch, AppendOrigin.CLIENT, 1, asked))
                .isEqualTo(new Fenced(2));
        assertThat(log.appendTransactional(batch, AppendOrigin.CLIENT, 2, asked))
                .isInstanceOf(Appended.class);
        var marker = new TransactionMarker(PRODUCER, (short) 0, 0, true, 0);
        assertThat(log.endTransaction(marker, 1)).isEqualTo(new Fenced(2));
        assertThat(log.hasOpenTransaction(PRODUCER, (short) 0)).isTrue();
        assertThat(log.endTransaction(marker, 2)).isInstanceOf(Appended.class);
    }

    @Test
    void aTruncationOfAnEarlierEpochRemovesNothing() throws Exception {
        append(1, "a");
        append(1, "b");
        log.enterLeaderEpoch(3);
        assertThat(log.truncateTo(1, 2)).isFalse();
        assertThat(log.truncateFullyAndStartAt(10, 2)).isFalse();
        assertThat(log.logEndOffset()).isEqualTo(2);
        assertThat(log.truncateTo(1, 3)).isTrue();
        assertThat(log.logEndOffset()).isEqualTo(1);
        assertThat(log.truncateFullyAndStartAt(10, 4)).isTrue();
        assertThat(append(3, "c")).isEqualTo(new Fenced(4));
    }

    /// A damaged batch is refused without the log's lock: other appends do not wait for its hash.
    @Test
    void transactionalBatchesAreCheckedBeforeTheLock() throws Exception {
        ByteBuffer damaged = batchOf(PRODUCER, 0, 0, true, "a");
        int last = damaged.limit() - 1;
        damaged.put(last, (byte) (damaged.get(last) ^ 1));
        boolean done = log.exclusively(() -> {
            Thread beside = Thread.ofVirtual()
                    .start(() -> assertThat(log.appendTransactional(damaged, AppendOrigin.CLIENT, 0, Verification.NONE))
                            .isInstanceOf(AppendResult.Corrupt.class));
            try {
                beside.join(10_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return !beside.isAlive();
        });
        assertThat(done).isTrue();
    }
}
