package barnabas.log;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.TimestampType;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Part of a topic's configuration that the log of one partition uses. Values are Kafka's; [#DEFAULTS] are Kafka's
/// defaults.
///
/// @param maxMessageBytes largest batch a client may append (`max.message.bytes`)
/// @param maxDecompressedBytes most bytes that one batch may decompress to where the log has to look inside
///     (`max.decompressed.message.bytes`)
/// @param recompression the codec that batches are stored in; empty keeps the producer's
///     (`compression.type=producer`)
/// @param mirror part of the log that another cluster wrote
/// @param gate decides on the records of producers; null when all that are in order are taken
public record LogConfig(
        Segments segments,
        Retention retention,
        Timestamps timestamps,
        Compaction compaction,
        Flush flush,
        int maxMessageBytes,
        int maxDecompressedBytes,
        Optional<Compression> recompression,
        Mirror mirror,
        @Nullable RecordGate gate) {

    /// When a segment is full, and how densely it is indexed.
    ///
    /// @param bytes `segment.bytes`
    /// @param millis `segment.ms`, counted from the first record's timestamp
    /// @param jitterMillis `segment.jitter.ms`: up to this much is taken off `millis`, so that not all partitions
    ///     roll at once
    /// @param indexIntervalBytes `index.interval.bytes`
    /// @param indexBytes `segment.index.bytes`: an index of this size makes the segment roll
    /// @param preallocate `preallocate`: known, without effect (files grow as they are written)
    public record Segments(
            int bytes, long millis, long jitterMillis, int indexIntervalBytes, int indexBytes, boolean preallocate) {}

    /// Limits of retention. -1 means no limit.
    ///
    /// @param deletes `cleanup.policy` contains `delete`
    /// @param millis `retention.ms`
    /// @param bytes `retention.bytes`
    /// @param fileDeleteDelayMillis `file.delete.delay.ms`: how long a removed file keeps its bytes under the name
    ///     `.deleted`
    public record Retention(boolean deletes, long millis, long bytes, long fileDeleteDelayMillis) {
        /// Far below what overflows when it is added to a moment.
        public long fileDeleteDelayNanos() {
            return Math.min(TimeUnit.MILLISECONDS.toNanos(fileDeleteDelayMillis), Long.MAX_VALUE / 4);
        }
    }

    /// Clock of the timestamps, and the largest difference that a producer may have.
    ///
    /// @param type `message.timestamp.type`
    /// @param beforeMaxMillis `message.timestamp.before.max.ms`
    /// @param afterMaxMillis `message.timestamp.after.max.ms`
    public record Timestamps(TimestampType type, long beforeMaxMillis, long afterMaxMillis) {}

    /// Whether and when old values of a key are removed.
    ///
    /// @param compacts `cleanup.policy` contains `compact`: records need keys
    /// @param minCleanableDirtyRatio `min.cleanable.dirty.ratio`
    /// @param deleteRetentionMillis `delete.retention.ms`
    /// @param minLagMillis `min.compaction.lag.ms`
    /// @param maxLagMillis `max.compaction.lag.ms`
    public record Compaction(
            boolean compacts,
            double minCleanableDirtyRatio,
            long deleteRetentionMillis,
            long minLagMillis,
            long maxLagMillis) {}

    /// When the log is forced to disk by itself.
    ///
    /// @param messages `flush.messages`: records after which the log is forced to disk
    /// @param millis `flush.ms`
    /// @param journaled every append goes through the directory's journal (`barnabas.durability=journal`, or
    ///     `flush.messages=1`); the other two do not matter then
    public record Flush(long messages, long millis, boolean journaled) {}

    /// Part of the log that another cluster wrote.
    ///
    /// @param claims a mirror may fill the log soon: markers are appended, records of producers are not
    /// @param fills that cluster's leader assigns offsets and leader epochs of this log's batches
    /// @param ownEpochMin batches of earlier leader epochs are that cluster's; 0 without any
    ///     (`barnabas.leader.epoch.min`)
    public record Mirror(boolean claims, boolean fills, int ownEpochMin) {
        public static final Mirror NONE = new Mirror(false, false, 0);
    }

    public static final LogConfig DEFAULTS = new LogConfig(
            new Segments(1 << 30, 604_800_000, 0, 4096, 10_485_760, false),
            new Retention(true, 604_800_000, -1, 60_000),
            new Timestamps(TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000),
            new Compaction(false, 0.5, 86_400_000, 0, Long.MAX_VALUE),
            new Flush(Long.MAX_VALUE, Long.MAX_VALUE, false),
            1_048_588,
            2_147_483_639,
            Optional.empty(),
            Mirror.NONE,
            null);

    /// True while only a mirror writes to the log.
    public boolean mirrored() {
        return mirror.fills();
    }

    /// True while a mirror may begin to write to the log.
    public boolean claimed() {
        return mirror.claims();
    }

    /// Time for which a segment fills: a compacted topic's records must not wait in the active one for longer than
    /// they may stay uncompacted.
    public long segmentMillis() {
        return compaction.compacts() && compaction.maxLagMillis() > 0
                ? Math.min(compaction.maxLagMillis(), segments.millis())
                : segments.millis();
    }

    public LogConfig withSegments(Segments changed) {
        return new LogConfig(
                changed,
                retention,
                timestamps,
                compaction,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withRetention(Retention changed) {
        return new LogConfig(
                segments,
                changed,
                timestamps,
                compaction,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withTimestamps(Timestamps changed) {
        return new LogConfig(
                segments,
                retention,
                changed,
                compaction,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withCompaction(Compaction changed) {
        return new LogConfig(
                segments,
                retention,
                timestamps,
                changed,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withFlush(Flush changed) {
        return new LogConfig(
                segments,
                retention,
                timestamps,
                compaction,
                changed,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withMaxMessageBytes(int changed) {
        return new LogConfig(
                segments,
                retention,
                timestamps,
                compaction,
                flush,
                changed,
                maxDecompressedBytes,
                recompression,
                mirror,
                gate);
    }

    public LogConfig withRecompression(Optional<Compression> changed) {
        return new LogConfig(
                segments,
                retention,
                timestamps,
                compaction,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                changed,
                mirror,
                gate);
    }

    public LogConfig withMirror(Mirror changed) {
        return new LogConfig(
                segments,
                retention,
                timestamps,
                compaction,
                flush,
                maxMessageBytes,
                maxDecompressedBytes,
                recompression,
                changed,
                gate);
    }
}
