package barnabas.net;

import barnabas.base.DiskFile;
import java.nio.ByteBuffer;

/// Content of a reply that is not copied into its buffer.
public sealed interface ReplySlice {
    int sizeBytes();

    /// Called exactly once, on the event loop or on the thread that completes the slot, when the slice was sent or
    /// will never be. Must not block.
    void release();

    /// Part of a file. A large one is sent with `sendfile` where the file has a channel and the connection is not
    /// encrypted, otherwise read piece by piece as the client takes it; a small one is copied when it is sent. The
    /// file must stay open, and the bytes must be there, until `released` runs: a file that ends early closes the
    /// connection. All of this happens on the event loop: what is not in the page cache stops it until the disk
    /// has answered.
    record FileSlice(DiskFile file, long position, int sizeBytes, Runnable released) implements ReplySlice {
        public FileSlice {
            if (position < 0 || sizeBytes < 0)
                throw new IllegalArgumentException("position " + position + ", size " + sizeBytes);
        }

        @Override
        public void release() {
            released.run();
        }
    }

    /// Bytes in memory, from `bytes`' position to its limit; must not change until `released` runs.
    record MemorySlice(ByteBuffer bytes, Runnable released) implements ReplySlice {
        @Override
        public int sizeBytes() {
            return bytes.remaining();
        }

        @Override
        public void release() {
            released.run();
        }
    }
}
