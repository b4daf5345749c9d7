package barnabas.net.sendfile;

import barnabas.net.ReplySlice;
import io.netty.channel.FileRegion;

/// A [ReplySlice.FileSlice] on its way to a socket.
public sealed interface SliceRegion extends FileRegion permits SendfileRegion, CopiedRegion {
    /// Known once sending has failed: the file ended before the slice did.
    boolean isCutShort();

    static SliceRegion of(ReplySlice.FileSlice slice) {
        var channel = slice.file().channel();
        return channel == null ? new CopiedRegion(slice) : new SendfileRegion(channel, slice);
    }
}
