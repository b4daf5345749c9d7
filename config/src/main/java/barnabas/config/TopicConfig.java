package barnabas.config;

import barnabas.config.keys.EnumNames;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.Values;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that can be set for a topic, resolved: topic override, else broker, else default. See [TopicConfigs].
///
/// @param cleanup empty: keep for ever
/// @param deadLetterQueue may take the undeliverable records of share groups
public record TopicConfig(
        Set<CleanupPolicy> cleanup,
        Segments segments,
        Retention retention,
        Compaction compaction,
        Flush flush,
        Messages messages,
        Compression compression,
        Replication replication,
        RemoteStorage remoteStorage,
        Mirrored mirrored,
        SchemaValidation validation,
        boolean deadLetterQueue) {

    public enum CleanupPolicy {
        DELETE,
        COMPACT
    }

    /// When the active segment rolls and how its files are kept.
    ///
    /// @param jitterMillisMax a random part up to this is taken off `millis`
    /// @param fileDeleteDelayMillis from renaming a file to `.deleted` until it goes
    public record Segments(
            int bytes,
            long millis,
            long jitterMillisMax,
            int indexBytesMax,
            int indexIntervalBytes,
            boolean preallocate,
            long fileDeleteDelayMillis) {}

    /// -1: no limit.
    public record Retention(long millis, long bytes) {}

    /// Log compaction: when a log is worth cleaning and what it keeps.
    ///
    /// @param deleteRetentionMillis how long a tombstone stays readable
    public record Compaction(
            double minCleanableDirtyRatio, long lagMillisMin, long lagMillisMax, long deleteRetentionMillis) {}

    /// When appended data is forced to disk; Long.MAX_VALUE: left to the operating system.
    ///
    /// @param durability what an acknowledgement means on this topic
    public record Flush(long messages, long millis, Durability durability) {
        /// True when every append has to be on stable storage before it is acknowledged.
        public boolean journaled() {
            return durability == Durability.JOURNAL || messages == 1;
        }
    }

    /// `barnabas.durability`
    public enum Durability {
        /// Appended records are in the page cache: they survive the process, not the machine.
        PAGE_CACHE,
        /// They are in the journal, forced to disk.
        JOURNAL
    }

    /// Rules for the batches of producers.
    ///
    /// @param batchBytesMax a batch beyond this is refused (`max.message.bytes`)
    public record Messages(
            int batchBytesMax,
            int decompressedBytesMax,
            TimestampType timestampType,
            long timestampBeforeMillisMax,
            long timestampAfterMillisMax) {}

    public enum TimestampType {
        CREATE_TIME("CreateTime"),
        LOG_APPEND_TIME("LogAppendTime");

        private final String officialName;

        TimestampType(String officialName) {
            this.officialName = officialName;
        }

        public String officialName() {
            return officialName;
        }

        private static TimestampType named(String officialName) {
            return officialName.equals(LOG_APPEND_TIME.officialName) ? LOG_APPEND_TIME : CREATE_TIME;
        }
    }

    /// The codec the broker stores batches in.
    ///
    /// @param gzipLevel -1: the codec's default
    public record Compression(CompressionType type, int gzipLevel, int lz4Level, int zstdLevel) {}

    public enum CompressionType {
        /// Batches stay as they came.
        PRODUCER,
        UNCOMPRESSED,
        GZIP,
        SNAPPY,
        LZ4,
        ZSTD
    }

    /// Copies of the topic.
    ///
    /// @param leaderThrottledReplicas `partition:broker` elements or a single `*`
    public record Replication(
            int minInsyncReplicas,
            boolean uncleanLeaderElection,
            List<String> leaderThrottledReplicas,
            List<String> followerThrottledReplicas) {}

    /// Tiered storage (KIP-405). -2 in the local limits: the same as [Retention]; -1 in the lags: copy at once.
    public record RemoteStorage(
            boolean enabled,
            boolean copyDisabled,
            boolean deleteOnDisable,
            long localRetentionMillis,
            long localRetentionBytes,
            long copyLagMillis,
            long copyLagBytes) {}

    /// Part in a mirror of another cluster's topic.
    ///
    /// @param mirror name of the mirror that fills this topic; empty for a topic of this cluster
    /// @param claiming whether the mirror copies nothing yet, and may give the topic back
    /// @param ownEpochMin least leader epoch of records that this cluster writes
    public record Mirrored(String mirror, boolean claiming, int ownEpochMin) {
        /// True while producers write nothing, but the topic may stay one of this cluster.
        public boolean isClaimed() {
            return claiming && !mirror.isEmpty();
        }

        /// True while only the mirror writes to the topic.
        public boolean isFilled() {
            return !claiming && !mirror.isEmpty();
        }
    }

    /// Check of producers' records against the schema registry.
    public record SchemaValidation(FieldValidation key, FieldValidation value) {
        /// True when records pass without a check.
        public boolean isOff() {
            return key.level == ValidationLevel.NONE && value.level == ValidationLevel.NONE;
        }
    }

    /// Check of the keys or of the values.
    public record FieldValidation(ValidationLevel level, SubjectNames subjects) {}

    public enum ValidationLevel {
        NONE,
        /// The id of a schema of a subject of the topic comes first.
        ID,
        /// The bytes behind the id are data of the schema, too.
        FULL
    }

    /// Names of the subjects whose schemas a topic's records may have.
    public enum SubjectNames {
        /// `topic-key`, `topic-value`
        TOPIC,
        /// The full name of the record type.
        RECORD,
        /// The topic, a hyphen and the full name of the record type.
        TOPIC_RECORD
    }

    private static FieldValidation validation(Values values, String level, String subjects) {
        return new FieldValidation(
                EnumNames.of(ValidationLevel.class, values.string(level)),
                EnumNames.of(SubjectNames.class, values.string(subjects)));
    }

    /// Config of a topic without overrides on a broker without configuration.
    public static final TopicConfig DEFAULTS = of(new Values(KeyTable.topic(), Map.of()));

    static TopicConfig of(Values values) {
        Integer internalSegmentBytes = values.integerOrNull("internal.segment.bytes");
        return new TopicConfig(
                EnumNames.setOf(CleanupPolicy.class, values.list("cleanup.policy")),
                new Segments(
                        internalSegmentBytes == null ? values.integer("segment.bytes") : internalSegmentBytes,
                        values.number("segment.ms"),
                        values.number("segment.jitter.ms"),
                        values.integer("segment.index.bytes"),
                        values.integer("index.interval.bytes"),
                        values.flag("preallocate"),
                        values.number("file.delete.delay.ms")),
                new Retention(values.number("retention.ms"), values.number("retention.bytes")),
                new Compaction(
                        values.real("min.cleanable.dirty.ratio"),
                        values.number("min.compaction.lag.ms"),
                        values.number("max.compaction.lag.ms"),
                        values.number("delete.retention.ms")),
                new Flush(
                        values.number("flush.messages"),
                        values.number("flush.ms"),
                        EnumNames.of(Durability.class, values.string("barnabas.durability"))),
                new Messages(
                        values.integer("max.message.bytes"),
                        values.integer("max.decompressed.message.bytes"),
                        TimestampType.named(values.string("message.timestamp.type")),
                        values.number("message.timestamp.before.max.ms"),
                        values.number("message.timestamp.after.max.ms")),
                new Compression(
                        EnumNames.of(CompressionType.class, values.string("compression.type")),
                        values.integer("compression.gzip.level"),
                        values.integer("compression.lz4.level"),
                        values.integer("compression.zstd.level")),
                new Replication(
                        values.integer("min.insync.replicas"),
                        values.flag("unclean.leader.election.enable"),
                        values.list("leader.replication.throttled.replicas"),
                        values.list("follower.replication.throttled.replicas")),
                new RemoteStorage(
                        values.flag("remote.storage.enable"),
                        values.flag("remote.log.copy.disable"),
                        values.flag("remote.log.delete.on.disable"),
                        values.number("local.retention.ms"),
                        values.number("local.retention.bytes"),
                        values.number("remote.copy.lag.ms"),
                        values.number("remote.copy.lag.bytes")),
                new Mirrored(
                        values.string("barnabas.mirror"),
                        values.string("barnabas.mirror.state").equals("claiming"),
                        values.integer("barnabas.leader.epoch.min")),
                new SchemaValidation(
                        validation(values, "barnabas.key.schema.validation", "barnabas.key.subject.name.strategy"),
                        validation(values, "barnabas.value.schema.validation", "barnabas.value.subject.name.strategy")),
                values.flag("errors.deadletterqueue.group.enable"));
    }
}
