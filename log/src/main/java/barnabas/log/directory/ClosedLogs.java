package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.TopicPartition;
import barnabas.log.file.CheckpointFile;
import barnabas.log.partition.AbortedCheck;
import barnabas.log.partition.ClosedLog;
import barnabas.log.partition.LeaderEpochs;
import barnabas.protocol.Uuid;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/// State of every log in a directory at an orderly close: `.closed_logs`. With thousands of partitions, reading
/// each of their directories is most of a start. Valid for one start, and only beside the mark of a clean shutdown
/// that it was written for: Kafka may have used the directory since, which writes the mark and not this file.
/// Thread-safe.
///
/// ```
/// magic    int32   0x42434C32 "BCL2"
/// crc      uint32  CRC-32C of everything from byte 8 on
/// mark     int64   when .kafka_cleanshutdown was written, milliseconds since the epoch
/// count    int32   of logs, each:
///   topic int16 + UTF-8 | partition int32 | topic id 2 x int64 | directory changed int64 | active file changed int64
///   | end offset int64 | segments int32 + (base offset int64, bytes int64, bytes int64 and CRC-32C int32
///   of the index of aborted transactions) each
///   | leader epochs int32 + (epoch int32, start int64) each | snapshots int32 + int64 each
///   | bytes int32 + a producer snapshot
/// ```
final class ClosedLogs {
    private static final String NAME = ".closed_logs";
    private static final int MAGIC = 0x42434C32;
    private static final int CRC_FROM = 8;
    private static final int BYTES_MAX = 256 << 20;

    /// Reason of the note at a log that has lost a file since.
    static final String GONE = "it was there at the last orderly stop and is gone";

    private boolean known;
    private final Map<TopicPartition, ClosedLog> logs = new ConcurrentHashMap<>();

    /// Reads and removes the file. Nothing when it is missing, damaged, or not of this shutdown.
    static ClosedLogs take(Disk disk, Path directory, Path mark) throws IOException {
        var taken = new ClosedLogs();
        var file = directory.resolve(NAME);
        if (!disk.exists(file)) return taken;
        if (disk.exists(mark)) {
            var bytes = disk.readWhole(file, BYTES_MAX);
            if (bytes.isPresent() && isIntact(bytes.get())) taken.parse(bytes.get(), disk.lastModifiedMillis(mark));
        }
        disk.delete(file);
        return taken;
    }

    /// True when the last orderly stop of the directory was one of this program.
    boolean isKnown() {
        return known;
    }

    /// The topic that a log belonged to when it was closed; empty when nothing is known of it.
    Optional<Uuid> topicId(TopicPartition partition) {
        return Optional.ofNullable(logs.get(partition)).map(ClosedLog::topicId);
    }

    private static boolean isIntact(ByteBuffer bytes) {
        return bytes.remaining() >= CRC_FROM && bytes.getInt() == MAGIC && bytes.getInt() == crcOf(bytes);
    }

    private static int crcOf(ByteBuffer body) {
        var crc = new CRC32C();
        crc.update(body.duplicate());
        return (int) crc.getValue();
    }

    private void parse(ByteBuffer bytes, long markMillis) {
        try {
            if (bytes.getLong() != markMillis) return;
            int count = bytes.getInt();
            for (int i = 0; i < count; i++) {
                var log = log(bytes);
                logs.put(log.partition(), log);
            }
            known = true;
        } catch (BufferUnderflowException | IndexOutOfBoundsException otherFormat) {
            logs.clear();
        }
    }

    private static ClosedLog log(ByteBuffer bytes) {
        var topic =
                StandardCharsets.UTF_8.decode(piece(bytes, bytes.getShort())).toString();
        var partition = new TopicPartition(topic, bytes.getInt());
        var id = new Uuid(bytes.getLong(), bytes.getLong());
        var stamp = new ClosedLog.Stamp(bytes.getLong(), bytes.getLong());
        long endOffset = bytes.getLong();
        var segments = new ArrayList<ClosedLog.Extent>();
        for (int n = bytes.getInt(); n > 0; n--)
            segments.add(new ClosedLog.Extent(
                    bytes.getLong(), bytes.getLong(), new AbortedCheck(bytes.getLong(), bytes.getInt())));
        var epochs = new ArrayList<LeaderEpochs.Start>();
        for (int n = bytes.getInt(); n > 0; n--) epochs.add(new LeaderEpochs.Start(bytes.getInt(), bytes.getLong()));
        var snapshots = new ArrayList<Long>();
        for (int n = bytes.getInt(); n > 0; n--) snapshots.add(bytes.getLong());
        return new ClosedLog(
                partition, id, stamp, endOffset, segments, epochs, snapshots, piece(bytes, bytes.getInt()));
    }

    private static ByteBuffer piece(ByteBuffer bytes, int length) {
        var piece = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return piece;
    }

    /// Remove and return the state of a partition.
    Optional<ClosedLog> take(TopicPartition partition) {
        return Optional.ofNullable(logs.remove(partition));
    }

    /// These states and those of logs that were not opened.
    Collection<ClosedLog> and(Collection<ClosedLog> closed) {
        var all = new ArrayList<>(closed);
        all.addAll(logs.values());
        return all;
    }

    /// Once the mark of the clean shutdown is there. A failure costs the next start time and nothing else.
    static void write(Disk disk, Path directory, Path mark, Collection<ClosedLog> closed) {
        try {
            tryToWrite(disk, directory, mark, closed);
        } catch (IOException withoutIt) {
            return;
        }
    }

    private static void tryToWrite(Disk disk, Path directory, Path mark, Collection<ClosedLog> closed)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeLong(disk.lastModifiedMillis(mark));
        out.writeInt(closed.size());
        for (var log : closed) write(log, out);
        var body = ByteBuffer.wrap(bytes.toByteArray());
        if (body.remaining() > BYTES_MAX - CRC_FROM) return;
        var header =
                ByteBuffer.allocate(CRC_FROM).putInt(MAGIC).putInt(crcOf(body)).flip();
        CheckpointFile.replace(disk, directory.resolve(NAME), header, body);
    }

    private static void write(ClosedLog log, DataOutputStream out) throws IOException {
        var topic = log.partition().topic().getBytes(StandardCharsets.UTF_8);
        out.writeShort(topic.length);
        out.write(topic);
        out.writeInt(log.partition().partition());
        out.writeLong(log.topicId().mostSignificantBits());
        out.writeLong(log.topicId().leastSignificantBits());
        out.writeLong(log.stamp().directoryMillis());
        out.writeLong(log.stamp().activeMillis());
        out.writeLong(log.endOffset());
        out.writeInt(log.segments().size());
        for (var segment : log.segments()) {
            out.writeLong(segment.baseOffset());
            out.writeLong(segment.sizeBytes());
            out.writeLong(segment.aborted().bytes());
            out.writeInt(segment.aborted().crc());
        }
        out.writeInt(log.epochs().size());
        for (var start : log.epochs()) {
            out.writeInt(start.epoch());
            out.writeLong(start.offset());
        }
        out.writeInt(log.snapshots().size());
        for (long offset : log.snapshots()) out.writeLong(offset);
        out.writeInt(log.producers().remaining());
        out.write(
                log.producers().array(),
                log.producers().arrayOffset(),
                log.producers().remaining());
    }
}
