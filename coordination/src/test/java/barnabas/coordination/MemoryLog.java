package barnabas.coordination;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A partition in memory, which commits by itself or when a test says so. Thread-safe.
public final class MemoryLog implements ShardLog {
    private final List<ByteBuffer> batches = new ArrayList<>();
    private long endOffset;
    private long highWatermark;
    private boolean commitsAtOnce = true;
    private @Nullable ErrorCode failure;
    private int batchBytesMax = 1 << 20;

    @Override
    public synchronized AppendOutcome append(ByteBuffer batch) {
        if (failure != null) return new AppendOutcome.Failed(failure);
        var view = RecordBatch.at(batch, batch.position());
        view.rewriteBaseOffset(endOffset);
        endOffset = view.nextOffset();
        batches.add(batch.duplicate());
        if (commitsAtOnce) highWatermark = endOffset;
        return new AppendOutcome.Appended(endOffset, highWatermark);
    }

    @Override
    public void readAll(Consumer<ByteBuffer> sink) {
        for (ByteBuffer batch : batches()) sink.accept(batch.duplicate());
    }

    private synchronized List<ByteBuffer> batches() {
        return List.copyOf(batches);
    }

    @Override
    public synchronized long highWatermark() {
        return highWatermark;
    }

    @Override
    public synchronized int batchBytesMax() {
        return batchBytesMax;
    }

    public synchronized int batchCount() {
        return batches.size();
    }

    public synchronized void commitOnlyWhenTold() {
        commitsAtOnce = false;
    }

    /// End of the committed part then, for the notice.
    public synchronized long commitAll() {
        highWatermark = endOffset;
        return highWatermark;
    }

    /// From now on appends fail; null ends that.
    public synchronized void fail(@Nullable ErrorCode error) {
        failure = error;
    }

    public synchronized void limitBatches(int bytesMax) {
        batchBytesMax = bytesMax;
    }
}
