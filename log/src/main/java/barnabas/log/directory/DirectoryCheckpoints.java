package barnabas.log.directory;

import barnabas.base.CollectedFailures;
import barnabas.base.Disk;
import barnabas.base.DiskError;
import barnabas.base.Mutex;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Entries of a directory's checkpoint files for every partition in it, open or not: a partition that could not be
/// opened must keep its entries. Thread-safe.
///
/// ```
/// recovery-point-offset-checkpoint   up to where each partition was forced to disk
/// log-start-offset-checkpoint        where each partition starts, if not with its first segment
/// replication-offset-checkpoint      high watermarks
/// cleaner-offset-checkpoint          up to where each partition was compacted
/// barnabas-log-checkpoint            which logs there are, see KnownLogs
/// ```
public final class DirectoryCheckpoints {
    private static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    private static final String LOG_START_OFFSETS = "log-start-offset-checkpoint";
    private static final String HIGH_WATERMARKS = "replication-offset-checkpoint";
    private static final String CLEANED_OFFSETS = "cleaner-offset-checkpoint";

    /// Logs that one call of [#follow] takes down with their first records. Each costs the force of a directory:
    /// thousands of them in a row keep the disk from the metadata log, and this object's lock from truncations.
    static final int FIRST_RECORDS_MAX = 100;

    /// Calls of [#follow] between two writes of all known logs while more than that wait: the file has a line for
    /// each of thousands.
    static final int CALLS_PER_WRITE = 10;

    private final OffsetCheckpoint recoveryPoints;
    private final Mutex mutex = new Mutex();
    private final OffsetCheckpoint logStartOffsets;
    private final OffsetCheckpoint highWatermarks;
    private final CleanedOffsets cleanedOffsets;
    private final KnownLogs knownLogs;
    /// Calls of [#follow] since it last wrote.
    private int callsSinceWrite = CALLS_PER_WRITE;

    private final ConcurrentHashMap<TopicPartition, Long> knownRecoveryPoints = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<TopicPartition, Long> knownStartOffsets = new ConcurrentHashMap<>();
    /// Segments whose files' names were forced since they were created, by base offset.
    private final ConcurrentHashMap<TopicPartition, Long> namedSegments = new ConcurrentHashMap<>();
    private final Disk disk;
    private final ConcurrentHashMap<TopicPartition, Long> highWatermarksAtStart = new ConcurrentHashMap<>();

    public DirectoryCheckpoints(Disk disk, Path directory) {
        this.disk = disk;
        this.recoveryPoints = new OffsetCheckpoint(disk, directory.resolve(RECOVERY_POINTS));
        this.logStartOffsets = new OffsetCheckpoint(disk, directory.resolve(LOG_START_OFFSETS));
        this.highWatermarks = new OffsetCheckpoint(disk, directory.resolve(HIGH_WATERMARKS));
        this.cleanedOffsets = new CleanedOffsets(disk, directory.resolve(CLEANED_OFFSETS));
        this.knownLogs = new KnownLogs(disk, directory.resolve(KnownLogs.NAME));
    }

    /// @param present other partitions are forgotten
    /// @param own false when another program may have used the directory since
    void read(Collection<TopicPartition> present, boolean own) throws IOException {
        try (var _ = mutex.hold()) {
            knownRecoveryPoints.putAll(recoveryPoints.read());
            if (own) knownLogs.read(recoveryPoints.crc());
            if (recoveryPoints.crc() == OffsetCheckpoint.MISSING)
                knownLogs
                        .all()
                        .forEach((partition, known) -> knownRecoveryPoints.put(partition, known.recoveryPoint()));
            readStartOffsets();
            highWatermarksAtStart.putAll(highWatermarks.read());
            knownRecoveryPoints.keySet().retainAll(present);
            knownStartOffsets.keySet().retainAll(present);
            cleanedOffsets.read(present);
        }
    }

    /// The file has no check value, so a flipped bit in it would hide records, or bring deleted ones back: it counts
    /// only for logs whose start is not known otherwise.
    private void readStartOffsets() throws IOException {
        knownStartOffsets.putAll(logStartOffsets.read());
        knownLogs.all().forEach((partition, known) -> {
            if (!known.knowsStart()) return;
            if (known.startOffset() == KnownLogs.WITH_FIRST_SEGMENT) knownStartOffsets.remove(partition);
            else knownStartOffsets.put(partition, known.startOffset());
        });
    }

    LogHints hints(TopicPartition partition, boolean closedCleanly, LogHints.Damages damages) {
        return new LogHints(
                recoveryPoint(partition),
                knownStartOffsets.getOrDefault(partition, 0L),
                highWatermarksAtStart.getOrDefault(partition, Long.MAX_VALUE),
                closedCleanly && !damages.sought(),
                damages);
    }

    public long recoveryPoint(TopicPartition partition) {
        return knownRecoveryPoints.getOrDefault(partition, 0L);
    }

    /// Take the entries of an open log; on disk with the next [#write].
    public void note(PartitionLog log) {
        try (var _ = mutex.hold()) {
            // its successor of the same name must not be taken for as far as it was
            if (log.isDeleted()) return;
            knownRecoveryPoints.put(log.partition(), log.recoveryPoint());
            knownLogs.note(log, namedSegments.getOrDefault(log.partition(), -1L));
            // a log that starts with its first segment says so by that file's name
            if (log.logStartOffset() > log.firstSegmentOffset())
                knownStartOffsets.put(log.partition(), log.logStartOffset());
            else knownStartOffsets.remove(log.partition());
        }
    }

    /// The partition is gone, its log marked as deleted; on disk with the next [#write].
    public void remove(TopicPartition partition) {
        try (var _ = mutex.hold()) {
            knownRecoveryPoints.remove(partition);
            knownStartOffsets.remove(partition);
            namedSegments.remove(partition);
            knownLogs.remove(partition);
        }
    }

    /// Forget partitions that are about to go and may come again under the same topic id: a crash afterwards must not
    /// find them missing.
    void disown(Collection<TopicPartition> partitions) throws IOException {
        try (var _ = mutex.hold()) {
            boolean promised = false;
            for (var each : partitions) {
                promised |= knownLogs.mentions(each);
                knownLogs.remove(each);
            }
            if (promised) writeKnown();
        }
    }

    /// Forgets segments that retention has removed from these logs, and takes down logs with their first records, at
    /// most [#FIRST_RECORDS_MAX] of them.
    void follow(Collection<PartitionLog> logs) throws IOException {
        var failures = new CollectedFailures();
        try (var _ = mutex.hold()) {
            boolean behind = false;
            boolean unwritten = false;
            boolean moreWait = false;
            int firstRecords = 0;
            for (var log : logs) {
                boolean isBehind = knownLogs.isBehind(log);
                if (log.isDeleted() || !(isBehind || knownLogs.lacks(log))) continue;
                boolean isNoted = !isBehind && knownLogs.isNoted(log);
                unwritten |= isNoted;
                moreWait |= !isBehind && !isNoted && firstRecords == FIRST_RECORDS_MAX;
                if (isNoted || (!isBehind && firstRecords == FIRST_RECORDS_MAX)) continue;
                // a truncation that is under way takes back what is promised now, but nothing is promised of segments
                // that are gone
                if (!disk.exists(log.directory().resolve(LogFiles.TRUNCATION))) {
                    failures.attempt(() -> forceFirstName(log));
                    note(log);
                    if (!isBehind) firstRecords++;
                    unwritten |= !isBehind;
                } else if (isBehind) {
                    knownLogs.remove(log.partition());
                } else {
                    continue;
                }
                behind |= isBehind;
            }
            callsSinceWrite++;
            if (behind || (unwritten && (!moreWait || callsSinceWrite >= CALLS_PER_WRITE))) {
                failures.attempt(this::writeKnown);
                callsSinceWrite = 0;
            }
        }
        failures.rethrow();
    }

    private void forceFirstName(PartitionLog log) throws IOException {
        Long named = namedSegments.get(log.partition());
        if (log.isFirstSegmentEmpty() || (named != null && named == log.firstSegmentOffset())) return;
        long base = log.firstSegmentOffset();
        disk.forceDirectory(log.directory());
        namedSegments.put(log.partition(), base);
    }

    /// Logs that are known to have been here, by partition.
    Map<TopicPartition, KnownLogs.Known> knownLogs() {
        try (var _ = mutex.hold()) {
            return knownLogs.all();
        }
    }

    /// The topic of a log that is known to have been here.
    Optional<Uuid> notedTopicId(TopicPartition partition) {
        try (var _ = mutex.hold()) {
            return knownLogs.of(partition).map(KnownLogs.Known::topicId);
        }
    }

    long logStartOffset(TopicPartition partition) {
        return knownStartOffsets.getOrDefault(partition, 0L);
    }

    /// On a disk without space nothing is promised any more: what frees space must not need any.
    private void writeKnown() throws IOException {
        try {
            knownLogs.write(recoveryPoints.crc(), recoveryPoints.crc());
        } catch (IOException failed) {
            if (!DiskError.of(failed).passes()) throw failed;
            knownLogs.discard();
        }
    }

    private void writeRecoveryPoints() throws IOException {
        var offsets = Map.copyOf(knownRecoveryPoints);
        var text = OffsetCheckpoint.textOf(offsets);
        knownLogs.write(recoveryPoints.crc(), KnownLogs.crcOf(text));
        recoveryPoints.write(text, offsets);
    }

    /// Copies and writes in one: otherwise an older copy could be written over a newer one.
    void write() throws IOException {
        try (var _ = mutex.hold()) {
            writeRecoveryPoints();
            logStartOffsets.write(Map.copyOf(knownStartOffsets));
        }
    }

    /// A log is about to be cut: a crash afterwards must not find it trusted further than it reaches.
    void withdraw(TopicPartition partition, long offset) throws IOException {
        try (var _ = mutex.hold()) {
            if (recoveryPoint(partition) > offset) knownRecoveryPoints.put(partition, offset);
            if (namedSegments.getOrDefault(partition, -1L) >= offset) namedSegments.remove(partition);
            if (knownStartOffsets.getOrDefault(partition, 0L) > offset) knownStartOffsets.remove(partition);
            // the files may promise more than what is known, which a checkpoint noted that has not been written yet
            knownLogs.lower(partition, offset);
            if (recoveryPoints.promised(partition) > offset || knownLogs.promises(partition, offset))
                writeRecoveryPoints();
            if (logStartOffsets.promised(partition) > offset) logStartOffsets.write(Map.copyOf(knownStartOffsets));
        }
    }

    /// True when the files on disk promise something of a partition of this name.
    boolean promiseAnythingOf(TopicPartition partition) {
        return recoveryPoints.mentions(partition)
                || logStartOffsets.mentions(partition)
                || knownLogs.mentions(partition);
    }

    /// Delete the cleaner offset before a new partition of this name starts; its recovery point and start offset
    /// are gone already.
    void forgetProgress(TopicPartition partition) throws IOException {
        cleanedOffsets.forget(partition);
        if (!highWatermarks.mentions(partition)) return;
        var others = highWatermarks.read();
        others.remove(partition);
        highWatermarks.write(others);
    }

    CleanedOffsets cleanedOffsets() {
        return cleanedOffsets;
    }

    OffsetCheckpoint highWatermarks() {
        return highWatermarks;
    }
}
