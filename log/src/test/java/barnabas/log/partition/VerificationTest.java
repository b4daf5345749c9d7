package barnabas.log.partition;

import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.AppendResult.Appended;
import barnabas.log.LogFixture;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.log.producers.Verifications;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// Transactions begin on a partition only with an answer of their coordinator that still counts (KIP-890).
class VerificationTest {
    private static final long PRODUCER = 7;

    private final LogFixture fixture = new LogFixture(SMALL);
    private final PartitionLog log = fixture.openLog(fixture.openDirectory());

    private Verification start(ByteBuffer batch, boolean epochPerTransaction) {
        return log.startVerification(RecordBatch.at(batch, 0), epochPerTransaction)
                .orElseThrow();
    }

    private AppendResult end(int epoch, int version) {
        return log.endTransaction(new TransactionMarker(PRODUCER, (short) epoch, 0, true, version), 0);
    }

    @Test
    void nothingBeginsUnasked() {
        var batch = batchOf(PRODUCER, 0, 0, true, "a");
        assertThat(log.appendTransactional(batch, AppendOrigin.CLIENT, 0, Verification.NONE))
                .isInstanceOf(AppendResult.InvalidTransactionState.class);
        assertThat(log.logEndOffset()).isZero();
    }

    @Test
    void anAnswerOpensTheTransactionAndTheRestNeedsNone() {
        var first = batchOf(PRODUCER, 0, 0, true, "a");
        assertThat(log.appendTransactional(first, AppendOrigin.CLIENT, 0, start(first, true)))
                .isInstanceOf(Appended.class);
        var second = batchOf(PRODUCER, 0, 1, true, "b");
        assertThat(log.startVerification(RecordBatch.at(second, 0), true)).isEmpty();
        assertThat(log.appendTransactional(second, AppendOrigin.CLIENT, 0, Verification.NONE))
                .isInstanceOf(Appended.class);
        // the same batch again, after the end: known, and so no new transaction
        end(1, 2);
        var again = batchOf(PRODUCER, 0, 1, true, "b");
        assertThat(log.appendTransactional(again, AppendOrigin.CLIENT, 0, start(again, true)))
                .isInstanceOf(AppendResult.InvalidProducerEpoch.class);
    }

    @Test
    void aMarkerVoidsAnswersAboutItsTransaction() {
        var late = batchOf(PRODUCER, 0, 0, true, "a");
        Verification olderClient = start(late, false);
        end(0, 0);
        assertThat(log.appendTransactional(late, AppendOrigin.CLIENT, 0, olderClient))
                .isInstanceOf(AppendResult.InvalidTransactionState.class);
        Verification fenced = start(late, true);
        end(1, 2);
        assertThat(log.appendTransactional(late, AppendOrigin.CLIENT, 0, fenced))
                .isNotInstanceOf(Appended.class);
    }

    /// With an epoch per transaction the marker carries the epoch of the next one, whose producer may be quick.
    @Test
    void anAnswerAboutTheNextTransactionOutlivesTheMarker() {
        var next = batchOf(PRODUCER, 1, 0, true, "b");
        Verification answer = start(next, true);
        end(1, 2);
        assertThat(log.appendTransactional(next, AppendOrigin.CLIENT, 0, answer))
                .isInstanceOf(Appended.class);
    }

    @Test
    void laterBatchesDoNotOvertakeTheFirst() {
        var second = batchOf(PRODUCER, 0, 1, true, "b");
        assertThat(log.appendTransactional(second, AppendOrigin.CLIENT, 0, start(second, true)))
                .isInstanceOf(AppendResult.OutOfOrderSequence.class);
        // an older client's sequence goes on from transaction to transaction, but not past a batch that has asked
        var first = batchOf(8, 0, 5, true, "f");
        var later = batchOf(8, 0, 6, true, "g");
        Verification refused = start(first, false);
        Verification asked = start(later, false);
        assertThat(log.appendTransactional(later, AppendOrigin.CLIENT, 0, asked))
                .isInstanceOf(AppendResult.OutOfOrderSequence.class);
        assertThat(log.appendTransactional(first, AppendOrigin.CLIENT, 0, refused))
                .isInstanceOf(AppendResult.InvalidTransactionState.class);
        assertThat(log.appendTransactional(first, AppendOrigin.CLIENT, 0, start(first, false)))
                .isInstanceOf(Appended.class);
        assertThat(log.appendTransactional(later, AppendOrigin.CLIENT, 0, Verification.NONE))
                .isInstanceOf(Appended.class);
    }

    /// Batches that a coordinator writes for a producer (committed offsets) have no sequences.
    @Test
    void batchesWithoutSequencesShareAnAnswer() {
        Verification first = log.startVerification(PRODUCER, (short) 0, true).orElseThrow();
        Verification second = log.startVerification(PRODUCER, (short) 0, true).orElseThrow();
        assertThat(appendOffsets(0, second)).isInstanceOf(Appended.class);
        assertThat(appendOffsets(0, first)).isInstanceOf(Appended.class);
        assertThat(log.startVerification(PRODUCER, (short) 0, true)).isEmpty();
    }

    @Test
    void aMarkerVoidsAnswersAboutBatchesWithoutSequences() {
        Verification olderClient =
                log.startVerification(PRODUCER, (short) 0, false).orElseThrow();
        end(0, 0);
        assertThat(appendOffsets(0, olderClient)).isInstanceOf(AppendResult.InvalidTransactionState.class);
        assertThat(appendOffsets(0, Verification.NONE)).isInstanceOf(AppendResult.InvalidTransactionState.class);
    }

    private AppendResult appendOffsets(int epoch, Verification verification) {
        var batch = batchOf(PRODUCER, epoch, RecordBatch.NO_SEQUENCE, true, "offset");
        return log.appendTransactional(batch, AppendOrigin.COORDINATOR, 0, verification);
    }

    @Test
    void aStrictMarkerBringsANewerEpoch() {
        var first = batchOf(PRODUCER, 3, 0, true, "a");
        log.appendTransactional(first, AppendOrigin.CLIENT, 0, start(first, true));
        assertThat(end(3, 2)).isInstanceOf(AppendResult.InvalidProducerEpoch.class);
        assertThat(log.hasOpenTransaction(PRODUCER, (short) 3)).isTrue();
        assertThat(end(4, 2)).isInstanceOf(Appended.class);
        assertThat(end(4, 2)).isInstanceOf(Appended.class);
        assertThat(log.lastStableOffset(log.logEndOffset())).isEqualTo(log.logEndOffset());
    }

    @Test
    void questionsHaveALimit() {
        var first = batchOf(1, 0, 0, true, "a");
        Verification oldest = start(first, true);
        for (int i = 0; i < Verifications.PENDING_MAX; i++) start(batchOf(100 + i, 0, 0, true, "x"), true);
        assertThat(log.appendTransactional(first, AppendOrigin.CLIENT, 0, oldest))
                .isInstanceOf(AppendResult.InvalidTransactionState.class);
    }
}
