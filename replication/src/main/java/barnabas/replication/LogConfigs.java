package barnabas.replication;

import barnabas.config.TopicConfig;
import barnabas.log.LogConfig;
import barnabas.log.RecordGate;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.TimestampType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Part of a topic's configuration that the log needs.
final class LogConfigs {
    private LogConfigs() {}

    static LogConfig of(TopicConfig topic, @Nullable RecordGate gate) {
        var segments = topic.segments();
        var messages = topic.messages();
        var compaction = topic.compaction();
        return new LogConfig(
                new LogConfig.Segments(
                        segments.bytes(),
                        segments.millis(),
                        segments.jitterMillisMax(),
                        segments.indexIntervalBytes(),
                        segments.indexBytesMax(),
                        segments.preallocate()),
                new LogConfig.Retention(
                        topic.cleanup().contains(TopicConfig.CleanupPolicy.DELETE),
                        topic.retention().millis(),
                        topic.retention().bytes(),
                        segments.fileDeleteDelayMillis()),
                new LogConfig.Timestamps(
                        switch (messages.timestampType()) {
                            case CREATE_TIME -> TimestampType.CREATE_TIME;
                            case LOG_APPEND_TIME -> TimestampType.LOG_APPEND_TIME;
                        },
                        messages.timestampBeforeMillisMax(),
                        messages.timestampAfterMillisMax()),
                new LogConfig.Compaction(
                        topic.cleanup().contains(TopicConfig.CleanupPolicy.COMPACT),
                        compaction.minCleanableDirtyRatio(),
                        compaction.deleteRetentionMillis(),
                        compaction.lagMillisMin(),
                        compaction.lagMillisMax()),
                new LogConfig.Flush(
                        topic.flush().messages(),
                        topic.flush().millis(),
                        topic.flush().journaled()),
                messages.batchBytesMax(),
                messages.decompressedBytesMax(),
                recompression(topic.compression()),
                new LogConfig.Mirror(
                        topic.mirrored().isClaimed(),
                        topic.mirrored().isFilled(),
                        topic.mirrored().ownEpochMin()),
                gate);
    }

    private static Optional<Compression> recompression(TopicConfig.Compression compression) {
        return switch (compression.type()) {
            case PRODUCER -> Optional.empty();
            case UNCOMPRESSED -> Optional.of(Compression.NONE);
            case GZIP -> Optional.of(new Compression(CompressionCodec.GZIP, compression.gzipLevel()));
            case SNAPPY -> Optional.of(Compression.of(CompressionCodec.SNAPPY));
            case LZ4 -> Optional.of(new Compression(CompressionCodec.LZ4, compression.lz4Level()));
            case ZSTD -> Optional.of(new Compression(CompressionCodec.ZSTD, compression.zstdLevel()));
        };
    }
}
