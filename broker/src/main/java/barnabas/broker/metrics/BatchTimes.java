package barnabas.broker.metrics;

import barnabas.log.LogSlice;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.TimestampType;
import barnabas.replication.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Timestamps of the batches at which groups stand. A group that does not move costs a look at the disk once: a
/// timestamp is kept as long as each reading asks for it.
///
/// Owner: `lock`, held by one reading at a time.
final class BatchTimes {
    private static final Logger LOG = LoggerFactory.getLogger(BatchTimes.class);
    /// Batches looked up by one reading; the next goes on where it ended.
    private static final int LOOKUPS_MAX = 1_000;

    private record Place(Uuid topicId, int partition, long offset) {}

    private final ReentrantLock lock = new ReentrantLock();
    private Map<Place, Long> known = new HashMap<>();

    /// Begins a reading.
    Lookup begin() {
        lock.lock();
        return new Lookup();
    }

    /// Look-ups of one reading.
    final class Lookup implements AutoCloseable {
        private final Map<Place, Long> used = new HashMap<>();
        private final ByteBuffer header = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        private int lookups;

        /// Milliseconds since the epoch of the batch that holds an offset; -1 when they are not known.
        long millis(Partition partition, long offset, long endOffset) {
            var place =
                    new Place(partition.topicId(), partition.topicPartition().partition(), offset);
            Long before = used.get(place);
            if (before == null) before = known.get(place);
            if (before == null && lookups < LOOKUPS_MAX) {
                lookups++;
                before = read(partition, offset, endOffset);
            }
            if (before == null || before < 0) return -1;
            used.put(place, before);
            return before;
        }

        private long read(Partition partition, long offset, long endOffset) {
            if (!(partition.log().read(offset, 1, true, endOffset) instanceof LogSlice slice)) return -1;
            try (slice) {
                if (slice.sizeBytes() < RecordBatch.HEADER_BYTES || slice.file() == null) return -1;
                header.clear();
                if (slice.file().read(header, slice.position()) < RecordBatch.HEADER_BYTES) return -1;
                RecordBatch batch = RecordBatch.at(header.flip(), 0);
                boolean appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
                return appendTime ? batch.maxTimestamp() : batch.baseTimestamp();
            } catch (IOException e) {
                LOG.debug("{}: the time of offset {} is not known", partition.topicPartition(), offset, e);
                return -1;
            }
        }

        @Override
        public void close() {
            known = used;
            lock.unlock();
        }
    }
}
