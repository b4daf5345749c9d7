package barnabas.log.recovery;

import barnabas.base.DiskError;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Result of opening a partition's log.
public sealed interface LogOpening {
    TopicPartition partition();

    /// The first damaged place that opening the log has met.
    default Optional<Damaged> damage() {
        if (this instanceof Damaged damaged) return Optional.of(damaged);
        if (!(this instanceof Opened opened)) return Optional.empty();
        var met = opened.log().damagedBatch();
        if (met.isEmpty()) return Optional.empty();
        var batch = met.get();
        return Optional.of(
                new Damaged(opened.partition(), batch.file(), batch.position(), batch.offset(), "a wrong CRC"));
    }

    /// Ready for use.
    ///
    /// @param recovery what had to be repaired
    record Opened(PartitionLog log, Recovery recovery) implements LogOpening {
        @Override
        public TopicPartition partition() {
            return log.partition();
        }
    }

    /// A closed segment is damaged in a way that no crash leaves behind: what was on disk is not there any more. The
    /// partition stays offline until an operator accepts the loss.
    ///
    /// @param offset the first offset that is lost
    record Damaged(TopicPartition partition, Path file, long position, long offset, String reason)
            implements LogOpening {}

    record Failed(TopicPartition partition, IOException cause) implements LogOpening {
        /// True when the disk itself is well: the next opening may work.
        public boolean passes() {
            return !DiskError.of(cause).isFailure();
        }
    }

    /// Work that opening the log took.
    ///
    /// @param scannedBytes read because they were not known to be on disk
    /// @param cutBytes removed from the end of the log: a torn write
    /// @param lostSegments of these bytes, segments that a power cut had left behind a gap
    record Recovery(long scannedBytes, long cutBytes, int rebuiltIndexes, int lostSegments) {
        public static final Recovery NONE = new Recovery(0, 0, 0, 0);
    }
}
