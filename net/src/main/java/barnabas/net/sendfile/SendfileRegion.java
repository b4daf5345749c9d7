package barnabas.net.sendfile;

import barnabas.net.ReplySlice;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// Part of an open file that the operating system copies to the socket. Leaves the file open when it is done.
public final class SendfileRegion extends DefaultFileRegion implements SliceRegion {
    private final ReplySlice.FileSlice slice;
    private boolean cutShort;

    SendfileRegion(FileChannel channel, ReplySlice.FileSlice slice) {
        super(channel, slice.position(), slice.sizeBytes());
        this.slice = slice;
    }

    @Override
    public boolean isCutShort() {
        return cutShort;
    }

    @Override
    protected void deallocate() {
        try {
            cutShort = transferred() < count() && slice.file().sizeBytes() < position() + count();
        } catch (IOException e) {
            cutShort = true;
        }
        slice.release();
    }
}
