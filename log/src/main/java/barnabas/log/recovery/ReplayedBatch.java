package barnabas.log.recovery;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.partition.LogState;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Append of a batch of the journal to the log that had lost it.
final class ReplayedBatch {
    private ReplayedBatch() {}

    /// The log does not take a batch. The other logs of the directory are not concerned.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final String reason;

        private Refused(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /// @param batch follows on the end of the log, or holds its start offset if the log is empty
    /// @param file that holds the batch
    /// @param position of the batch in `file`
    static void append(PartitionLog log, ByteBuffer batch, Path file, long position) throws IOException {
        long start = log.logEndOffset();
        long base = batch.getLong(batch.position());
        boolean inside = base < start;
        // the log start offset had been moved into this batch, and the file had not kept it
        if (inside) log.truncateFullyAndStartAt(base);
        switch (log.append(batch, AppendOrigin.REPLICATION, LogState.ANY_EPOCH)) {
            case AppendResult.Appended _ -> {}
            case AppendResult.StorageFailed(var cause) -> throw cause;
            case AppendResult other ->
                throw new Refused("the batch at byte " + position + " of " + file + ", offset " + base
                        + ", is refused: " + other);
        }
        if (inside) log.advanceLogStartOffset(start);
    }
}
