package barnabas.log.segment;

import barnabas.log.AbortedTransaction;
import barnabas.log.file.LazyFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The aborted transactions whose markers lie in a segment, in the order of the markers: `<base offset>.txnindex`.
///
/// ```
/// version             int16   0
/// producer id         int64
/// first offset        int64   of the transaction
/// last offset         int64   of its marker
/// last stable offset  int64   after the marker
/// ```
public final class TransactionIndex extends IndexFile {
    private static final int ENTRY_BYTES = 34;
    private static final int LAST_OFFSET = 18;

    TransactionIndex(LazyFile file) {
        super(file, ENTRY_BYTES);
    }

    @Override
    long key(ByteBuffer entries, int position) {
        return entries.getLong(position + LAST_OFFSET);
    }

    public void add(AbortedTransaction aborted) {
        add(ByteBuffer.allocate(ENTRY_BYTES)
                .putShort((short) 0)
                .putLong(aborted.producerId())
                .putLong(aborted.firstOffset())
                .putLong(aborted.lastOffset())
                .putLong(aborted.lastStableOffset())
                .flip());
    }

    public AbortedTransaction at(int number) throws IOException {
        var entry = entry(number);
        return new AbortedTransaction(
                entry.getLong(2), entry.getLong(10), entry.getLong(LAST_OFFSET), entry.getLong(26));
    }
}
