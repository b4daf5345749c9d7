package barnabas.log.producers;

import barnabas.base.Disk;
import barnabas.log.producers.ProducerEntry.Batch;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The producers of a partition as they were before the offset in the file's name: `<offset>.snapshot`. The first
/// part is Kafka's own format, which keeps the last batch of each producer only; the second, which Kafka does not
/// look at, keeps the batches before it, so that a repeated request is recognised after a restart too.
///
/// ```
/// version  int16   1
/// crc      uint32  CRC-32C of everything from byte 6 on
/// count    int32
///   producer id int64 | epoch int16 | last sequence int32 | last offset int64 | offset delta int32 | timestamp int64
///   | coordinator epoch int32 | first offset of the open transaction int64, -1: none
/// mark     int32   0x42424154 "BBAT"
/// count    int32   producers with more than one batch
///   producer id int64 | batches int8 | per batch, oldest first:
///     last sequence int32 | last offset int64 | offset delta int32 | timestamp int64
/// ```
public final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 10;
    private static final int CRC_FROM = 6;
    private static final int ENTRY_BYTES = 46;
    private static final int MARK = 0x42424154;
    private static final int BATCH_BYTES = 24;
    private static final int BYTES_MAX = 256 << 20;

    private ProducerSnapshot() {}

    static void write(Disk disk, Path path, Collection<ProducerEntry> producers) throws IOException {
        var bytes = encode(producers);
        var file = disk.open(path);
        try (file) {
            file.write(bytes, 0);
            file.truncate(bytes.limit());
        }
    }

    public static ByteBuffer encode(Collection<ProducerEntry> producers) {
        int more = 0;
        int size = HEADER_BYTES + 8;
        for (var producer : producers) {
            size += ENTRY_BYTES;
            int older = producer.batches().length - 1;
            if (older <= 0) continue;
            more++;
            size += 9 + older * BATCH_BYTES;
        }
        var bytes = ByteBuffer.allocate(size);
        bytes.putShort(VERSION).putInt(0).putInt(producers.size());
        for (var producer : producers) {
            var batches = producer.batches();
            var last = batches.length == 0 ? new Batch(-1, -1, 0, -1) : batches[batches.length - 1];
            bytes.putLong(producer.producerId())
                    .putShort(producer.epoch())
                    .putInt(last.lastSequence())
                    .putLong(last.lastOffset())
                    .putInt(last.offsetDelta())
                    .putLong(producer.lastTimestamp())
                    .putInt(producer.coordinatorEpoch())
                    .putLong(producer.transactionFirstOffset());
        }
        bytes.putInt(MARK).putInt(more);
        for (var producer : producers) {
            int older = producer.batches().length - 1;
            if (older <= 0) continue;
            bytes.putLong(producer.producerId()).put((byte) older);
            for (int i = 0; i < older; i++) {
                var batch = producer.batches()[i];
                bytes.putInt(batch.lastSequence())
                        .putLong(batch.lastOffset())
                        .putInt(batch.offsetDelta())
                        .putLong(batch.timestamp());
            }
        }
        return bytes.putInt(2, crcOf(bytes)).flip();
    }

    private static int crcOf(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().clear().position(CRC_FROM));
        return (int) crc.getValue();
    }

    /// Empty when the file is missing or damaged: the state is then rebuilt from the log.
    static Optional<List<ProducerEntry>> read(Disk disk, Path path) throws IOException {
        return disk.readWhole(path, BYTES_MAX).flatMap(ProducerSnapshot::decode);
    }

    public static Optional<List<ProducerEntry>> decode(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER_BYTES || bytes.getShort() != VERSION || bytes.getInt() != crcOf(bytes))
            return Optional.empty();
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / ENTRY_BYTES) return Optional.empty();
        var kafkas = bytes.slice(bytes.position(), count * ENTRY_BYTES);
        bytes.position(bytes.position() + count * ENTRY_BYTES);
        var older = olderBatches(bytes);
        var producers = new ArrayList<ProducerEntry>(count);
        for (int i = 0; i < count; i++) {
            var producer = new ProducerEntry(kafkas.getLong());
            short epoch = kafkas.getShort();
            var last = new Batch(kafkas.getInt(), kafkas.getLong(), kafkas.getInt(), kafkas.getLong());
            int coordinatorEpoch = kafkas.getInt();
            long transaction = kafkas.getLong();
            var batches = new ArrayList<>(older.getOrDefault(producer.producerId(), List.of()));
            if (last.lastSequence() != RecordBatch.NO_SEQUENCE) batches.add(last);
            producer.restore(epoch, coordinatorEpoch, transaction, last.timestamp(), batches.toArray(new Batch[0]));
            producers.add(producer);
        }
        return Optional.of(producers);
    }

    /// The second part; nothing when the file was written by Kafka. The CRC has been checked.
    private static Map<Long, List<Batch>> olderBatches(ByteBuffer bytes) {
        var found = new HashMap<Long, List<Batch>>();
        if (bytes.remaining() < 8 || bytes.getInt() != MARK) return found;
        int count = bytes.getInt();
        for (int i = 0; i < count && bytes.remaining() >= 9; i++) {
            long producerId = bytes.getLong();
            int batches = bytes.get();
            var list = new ArrayList<Batch>(ProducerEntry.BATCHES_MAX);
            for (int b = 0; b < batches && bytes.remaining() >= BATCH_BYTES; b++)
                list.add(new Batch(bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.getLong()));
            if (list.size() < ProducerEntry.BATCHES_MAX) found.put(producerId, list);
        }
        return found;
    }
}
