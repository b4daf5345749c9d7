package barnabas.cli.dump;

import barnabas.base.DiskFile;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.LogRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.time.Instant;

/// Prints the batches of a segment, one at a time in memory.
final class SegmentDump {
    /// A batch that claims more is damage: brokers take no requests of this size.
    private static final int BATCH_BYTES_MAX = 128 << 20;

    private static final long DECOMPRESSED_BYTES_MAX = 1L << 30;

    private final PrintWriter out;
    private final FileDump.Options options;
    private long printed;

    SegmentDump(PrintWriter out, FileDump.Options options) {
        this.out = out;
        this.options = options;
    }

    /// @return false when something in it is damaged
    boolean print(DiskFile file) throws IOException {
        long size = file.sizeBytes();
        long position = 0;
        boolean whole = true;
        var header = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        while (position < size && printed < options.recordsMax()) {
            header.clear();
            if (file.read(header, position) < RecordBatch.HEADER_BYTES) return torn(position, size);
            var batch = RecordBatch.at(header, 0);
            long batchBytes = batch.sizeBytes();
            if (batch.magic() != RecordBatch.MAGIC
                    || batchBytes < RecordBatch.HEADER_BYTES
                    || batchBytes > BATCH_BYTES_MAX) {
                out.println("!! no batch at byte " + position + ", " + (size - position) + " bytes are left");
                return false;
            }
            if (position + batchBytes > size) return torn(position, size);
            if (batch.lastOffset() >= options.fromOffset()) {
                var bytes = ByteBuffer.allocate((int) batchBytes);
                if (file.read(bytes, position) < batchBytes) return torn(position, size);
                whole &= print(RecordBatch.at(bytes.flip(), 0), position);
            }
            position += batchBytes;
        }
        return whole;
    }

    /// True for an unfinished write, as a crash leaves it; recovery cuts it off.
    private boolean torn(long position, long size) {
        out.println("!! torn: the batch at byte " + position + " ends after the file, which has " + size);
        return false;
    }

    private boolean print(RecordBatch batch, long position) {
        var line = new StringBuilder("batch ")
                .append(batch.baseOffset())
                .append("..")
                .append(batch.lastOffset())
                .append("  at ")
                .append(position)
                .append("  ")
                .append(batch.recordCount())
                .append(" records, ")
                .append(batch.sizeBytes())
                .append(" bytes, ")
                .append(batch.codec().map(codec -> codec.configName()).orElse("unknown codec"))
                .append("  epoch ")
                .append(batch.leaderEpoch())
                .append("  ")
                .append(batch.timestampType().configName())
                .append(" up to ")
                .append(time(batch.maxTimestamp()));
        if (batch.hasProducerId()) {
            line.append("  producer ").append(batch.producerId()).append('/').append(batch.producerEpoch());
            if (batch.baseSequence() != RecordBatch.NO_SEQUENCE) {
                line.append(" sequence ")
                        .append(batch.baseSequence())
                        .append("..")
                        .append(batch.lastSequence());
            }
        }
        if (batch.isTransactional()) line.append("  transactional");
        if (batch.isControl()) line.append("  control");
        if (batch.hasDeleteHorizon()) line.append("  delete horizon ").append(time(batch.baseTimestamp()));
        boolean intact = batch.crcMatches();
        if (!intact) line.append("  !! wrong CRC");
        out.println(line);
        if (!options.records() || !intact) return intact;
        return printRecords(batch);
    }

    private boolean printRecords(RecordBatch batch) {
        try (var cursor = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
            while (cursor.next()) {
                if (cursor.offset() < options.fromOffset()) continue;
                if (printed++ >= options.recordsMax()) break;
                out.println(line(cursor.record(), batch.isControl()));
            }
            return true;
        } catch (InvalidRecordsException e) {
            out.println("  !! " + e.getMessage());
            return false;
        }
    }

    private static String line(LogRecord record, boolean control) {
        var line = new StringBuilder("  ").append(record.offset()).append("  ").append(time(record.timestamp()));
        if (control) return line.append("  ").append(control(record)).toString();
        line.append("  ").append(Bytes.text(record.key())).append(" = ").append(Bytes.text(record.value()));
        for (var header : record.headers()) {
            line.append("  ").append(header.key()).append(": ").append(Bytes.text(header.value()));
        }
        return line.toString();
    }

    /// A control record's key is a version and a type, both int16.
    private static String control(LogRecord record) {
        var key = record.key();
        if (key == null || key.remaining() < 4) return "control record without a type";
        short type = key.getShort(key.position() + 2);
        String name = switch (type) {
            case 0 -> "abort";
            case 1 -> "commit";
            case 2 -> "leader change";
            case 3 -> "snapshot header";
            case 4 -> "snapshot footer";
            case 5 -> "kraft version";
            case 6 -> "kraft voters";
            default -> "control record of type " + type;
        };
        return name + " " + Bytes.text(record.value());
    }

    static String time(long millis) {
        return millis < 0 ? "no time" : Instant.ofEpochMilli(millis).toString();
    }
}
