package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.TopicPartition;
import barnabas.log.file.CheckpointFile;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Logs that a directory is known to hold, and how much of them was on disk: `barnabas-log-checkpoint`. After a crash a
/// directory or a first segment that is gone differs by it from one that never was. Written with each recovery point,
/// soon after a log gets its first record, and before anything goes that it names. Owner: [DirectoryCheckpoints].
///
/// ```
/// line 1    0: the version
/// line 2    CRC-32C of everything behind this line, in hex
/// line 3    CRC-32C of recovery-point-offset-checkpoint, before and after this file was written
/// others    topic  partition  topic id  base offset of the first segment  recovery point  end offset  start offset
///           1 if the name of that segment was forced
/// ```
///
/// The start offset is the one in log-start-offset-checkpoint, which has no check value: -1 for a log that starts with
/// its first segment.
///
/// Kafka, which may use the directory in between, does not know the file: it counts only beside a recovery point
/// checkpoint that it was written with, or beside none.
final class KnownLogs {
    static final String NAME = "barnabas-log-checkpoint";
    private static final int FIELDS = 6;
    private static final int NAMED_FIELD = 7;
    static final long WITH_FIRST_SEGMENT = -1;
    /// Written by a version without the field.
    private static final long START_UNKNOWN = -2;
    private static final int HEADER_LINES = 3;

    /// @param firstSegment -1 without records
    /// @param startOffset [#WITH_FIRST_SEGMENT] unless records before it are invisible
    /// @param named whether the file of that segment is on disk, though perhaps without its content
    record Known(Uuid topicId, long firstSegment, long recoveryPoint, long endOffset, long startOffset, boolean named) {
        boolean knowsStart() {
            return startOffset != START_UNKNOWN;
        }

        boolean hasRecords() {
            return endOffset > Math.max(0, firstSegment);
        }
    }

    private final Disk disk;
    private final Path file;
    private final Map<TopicPartition, Known> logs = new HashMap<>();
    /// Entries of the file, as last read or written.
    private Map<TopicPartition, Known> inFile = Map.of();
    /// A write has failed: the file may be either.
    private boolean uncertain;

    KnownLogs(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /// Nothing when the file is missing, damaged, or not of this state of the directory.
    ///
    /// @param recoveryPoints check value of the recovery point checkpoint, [OffsetCheckpoint#MISSING] without one
    void read(long recoveryPoints) throws IOException {
        var text = CheckpointFile.text(disk, file).orElse("");
        var lines = text.split("\n", -1);
        if (lines.length <= HEADER_LINES || !lines[0].equals("0")) return;
        int body = lines[0].length() + lines[1].length() + 2;
        if (!lines[1].equals(Long.toHexString(crcOf(text.substring(body))))) return;
        boolean counts = recoveryPoints == OffsetCheckpoint.MISSING;
        for (var each : lines[2].split(" ", -1)) counts |= each.equals(Long.toHexString(recoveryPoints));
        if (!counts) return;
        // the last line ends with a line break too
        for (int i = HEADER_LINES; i < lines.length - 1; i++) add(lines[i].split(" ", -1));
        inFile = Map.copyOf(logs);
    }

    /// The check value holds: a line that is no entry is one of a newer version.
    private void add(String[] fields) {
        if (fields.length < FIELDS) return;
        logs.put(
                new TopicPartition(fields[0], Integer.parseInt(fields[1])),
                new Known(
                        Uuid.parse(fields[2]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[4]),
                        Long.parseLong(fields[5]),
                        fields.length > FIELDS ? Long.parseLong(fields[FIELDS]) : START_UNKNOWN,
                        fields.length > NAMED_FIELD && fields[NAMED_FIELD].equals("1")));
    }

    /// @param before check value of the recovery point checkpoint as it is
    /// @param after as it is written next
    void write(long before, long after) throws IOException {
        var body = new StringBuilder();
        body.append(Long.toHexString(before)).append(' ').append(Long.toHexString(after));
        body.append('\n');
        logs.forEach((partition, known) -> body.append(partition.topic())
                .append(' ')
                .append(partition.partition())
                .append(' ')
                .append(known.topicId)
                .append(' ')
                .append(known.firstSegment)
                .append(' ')
                .append(known.recoveryPoint)
                .append(' ')
                .append(known.endOffset)
                .append(' ')
                .append(known.startOffset)
                .append(known.named ? " 1" : " 0")
                .append('\n'));
        var text = body.toString();
        uncertain = true;
        CheckpointFile.replace(disk, file, "0\n" + Long.toHexString(crcOf(text)) + "\n" + text);
        uncertain = false;
        inFile = Map.copyOf(logs);
    }

    /// Removes the file, so that it promises nothing: needs no space.
    void discard() throws IOException {
        uncertain = true;
        disk.delete(file);
        var parent = file.getParent();
        if (parent != null) disk.forceDirectory(parent);
        uncertain = false;
        inFile = Map.of();
    }

    static long crcOf(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    Map<TopicPartition, Known> all() {
        return Map.copyOf(logs);
    }

    Optional<Known> of(TopicPartition partition) {
        return Optional.ofNullable(logs.get(partition));
    }

    /// Takes the entry of an open log.
    ///
    /// @param namedSegment base offset of the segment whose file's name was forced, -1 for none
    void note(PartitionLog log, long namedSegment) {
        var id = log.topicId();
        if (id.isEmpty()) return;
        long first = log.isFirstSegmentEmpty() ? -1 : log.firstSegmentOffset();
        // what is missing of a journaled log comes back from its journal
        boolean named =
                first >= 0 && namedSegment == first && !log.config().flush().journaled();
        long start = log.logStartOffset() > log.firstSegmentOffset() ? log.logStartOffset() : WITH_FIRST_SEGMENT;
        logs.put(log.partition(), new Known(id.get(), first, log.recoveryPoint(), log.logEndOffset(), start, named));
    }

    void remove(TopicPartition partition) {
        logs.remove(partition);
    }

    /// The log is about to be cut at `offset`.
    void lower(TopicPartition partition, long offset) {
        var known = logs.get(partition);
        if (known == null) return;
        logs.put(
                partition,
                new Known(
                        known.topicId,
                        known.firstSegment,
                        Math.min(known.recoveryPoint, offset),
                        Math.min(known.endOffset, offset),
                        known.startOffset > offset ? WITH_FIRST_SEGMENT : known.startOffset,
                        known.named && offset > known.firstSegment));
    }

    boolean mentions(TopicPartition partition) {
        return uncertain || inFile.containsKey(partition);
    }

    /// True when the file promises records of the log from `offset` on.
    boolean promises(TopicPartition partition, long offset) {
        var known = inFile.get(partition);
        return uncertain || (known != null && known.endOffset > offset);
    }

    /// True when the log has records and the file does not say so, or not which segment they begin with.
    boolean lacks(PartitionLog log) {
        if (log.topicId().isEmpty() || log.isFirstSegmentEmpty()) return false;
        return !saysSo(inFile.get(log.partition()));
    }

    /// True when the file says so with its next write.
    boolean isNoted(PartitionLog log) {
        return saysSo(logs.get(log.partition()));
    }

    private static boolean saysSo(@Nullable Known known) {
        return known != null && known.hasRecords() && known.firstSegment >= 0;
    }

    /// True when the file names a segment that is older than the first one.
    boolean isBehind(PartitionLog log) {
        var known = inFile.get(log.partition());
        return uncertain || (known != null && known.firstSegment >= 0 && known.firstSegment < log.firstSegmentOffset());
    }
}
