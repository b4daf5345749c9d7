package barnabas.net.sendfile;

import barnabas.net.ReplySlice;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Part of a file without a channel (a simulated disk): read piece by piece, as the socket takes it.
public final class CopiedRegion extends AbstractReferenceCounted implements SliceRegion {
    private static final int PIECE_BYTES = 64 << 10;

    private final ReplySlice.FileSlice slice;
    private long transferred;
    private boolean cutShort;

    CopiedRegion(ReplySlice.FileSlice slice) {
        this.slice = slice;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        int length = (int) Math.min(PIECE_BYTES, slice.sizeBytes() - position);
        if (length <= 0) return 0;
        ByteBuffer piece = ByteBuffer.allocate(length);
        slice.file().read(piece, slice.position() + position);
        if (piece.hasRemaining()) {
            cutShort = true;
            throw new EOFException("file ends before the slice");
        }
        int written = target.write(piece.flip());
        transferred += written;
        return written;
    }

    @Override
    public boolean isCutShort() {
        return cutShort;
    }

    @Override
    public long position() {
        return slice.position();
    }

    @Override
    public long count() {
        return slice.sizeBytes();
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    @Override
    protected void deallocate() {
        slice.release();
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }
}
