package barnabas.config;

import barnabas.config.keys.Values;

/// The broker's regular work on its logs: retention checks, checkpoints, compaction.
public record LogUpkeepConfig(
        long retentionCheckIntervalMillis,
        long flushSchedulerIntervalMillis,
        int recoveryPointCheckpointIntervalMillis,
        int logStartOffsetCheckpointIntervalMillis,
        long initialTaskDelayMillis,
        Cleaner cleaner) {

    /// Log compaction.
    public record Cleaner(
            boolean enabled,
            int threads,
            long dedupeBufferBytes,
            double dedupeBufferLoadFactor,
            int ioBufferBytes,
            double ioBytesPerSecondMax,
            long backoffMillis) {}

    static LogUpkeepConfig of(Values values) {
        return new LogUpkeepConfig(
                values.number("log.retention.check.interval.ms"),
                values.number("log.flush.scheduler.interval.ms"),
                values.integer("log.flush.offset.checkpoint.interval.ms"),
                values.integer("log.flush.start.offset.checkpoint.interval.ms"),
                values.number("log.initial.task.delay.ms"),
                new Cleaner(
                        values.flag("log.cleaner.enable"),
                        values.integer("log.cleaner.threads"),
                        values.number("log.cleaner.dedupe.buffer.size"),
                        values.real("log.cleaner.io.buffer.load.factor"),
                        values.integer("log.cleaner.io.buffer.size"),
                        values.real("log.cleaner.io.max.bytes.per.second"),
                        values.number("log.cleaner.backoff.ms")));
    }
}
