package barnabas.broker.request;

import barnabas.log.LogSlice;
import barnabas.net.ReplySlice;
import barnabas.protocol.RecordData;

/// Records of a response that are sent from their file, without passing through this process.
public record FileRecords(LogSlice slice) implements RecordData {
    @Override
    public int sizeBytes() {
        return slice.sizeBytes();
    }

    ReplySlice toSlice() {
        var loaded = slice.loaded();
        if (loaded != null) return new ReplySlice.MemorySlice(loaded, slice::close);
        var file = slice.file();
        if (file == null) throw new IllegalStateException("bug: an empty slice in a response");
        return new ReplySlice.FileSlice(file, slice.position(), slice.sizeBytes(), slice::close);
    }
}
