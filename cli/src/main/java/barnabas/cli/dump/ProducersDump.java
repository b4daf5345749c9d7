package barnabas.cli.dump;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Prints what a partition remembers of its producers.
///
/// ```
/// version int16 | crc uint32 of everything behind it | count int32 | per producer:
///   producer id int64 | epoch int16 | last sequence int32 | last offset int64 | offset delta int32 | timestamp int64
///   | coordinator epoch int32 | first offset of the open transaction int64, -1: none
/// ```
final class ProducersDump {
    private static final int HEADER_BYTES = 10;
    private static final int ENTRY_BYTES = 46;
    /// A million producers; more are damage.
    private static final int FILE_BYTES_MAX = 128 << 20;

    private final PrintWriter out;

    ProducersDump(PrintWriter out) {
        this.out = out;
    }

    boolean print(DiskFile file) throws IOException {
        long size = file.sizeBytes();
        if (size < HEADER_BYTES || size > FILE_BYTES_MAX) {
            out.println("!! no snapshot of producers");
            return false;
        }
        var bytes = ByteBuffer.allocate((int) size);
        file.read(bytes, 0);
        bytes.flip();
        var crc = new CRC32C();
        crc.update(bytes.slice(6, bytes.limit() - 6));
        boolean intact = (int) crc.getValue() == bytes.getInt(2);
        int count = bytes.getInt(6);
        out.println("version " + bytes.getShort(0) + ", " + count + " producers" + (intact ? "" : "  !! wrong CRC"));
        for (int i = 0; i < count; i++) {
            int at = HEADER_BYTES + i * ENTRY_BYTES;
            if (at + ENTRY_BYTES > bytes.limit()) {
                out.println("!! the file ends before producer " + i);
                return false;
            }
            print(bytes, at);
        }
        return intact;
    }

    private void print(ByteBuffer bytes, int at) {
        long transaction = bytes.getLong(at + 38);
        out.println("producer " + bytes.getLong(at) + "/" + bytes.getShort(at + 8)
                + "  last sequence " + bytes.getInt(at + 10)
                + "  last offset " + bytes.getLong(at + 14)
                + " (" + (bytes.getInt(at + 22) + 1) + " records)"
                + "  " + SegmentDump.time(bytes.getLong(at + 26))
                + "  coordinator epoch " + bytes.getInt(at + 34)
                + (transaction < 0 ? "" : "  open transaction from " + transaction));
    }
}
