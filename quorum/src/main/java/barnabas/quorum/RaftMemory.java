package barnabas.quorum;

import java.nio.ByteBuffer;
import org.apache.kafka.common.memory.MemoryPool;

/// Buffers in which batches are built. The engine asks for one of 8 MB in each epoch that it leads and for each batch
/// under way; it gets a small one, which grows when a batch needs more. What waits for a commit is bounded by the
/// requests that wait for it.
final class RaftMemory implements MemoryPool {
    private static final int FIRST_BYTES_MAX = 16 << 10;

    @Override
    public ByteBuffer tryAllocate(int bytes) {
        return ByteBuffer.allocate(Math.min(bytes, FIRST_BYTES_MAX));
    }

    @Override
    public void release(ByteBuffer buffer) {
        // left to the collector
    }

    @Override
    public long size() {
        return Long.MAX_VALUE;
    }

    @Override
    public long availableMemory() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isOutOfMemory() {
        return false;
    }
}
