package barnabas.config;

import barnabas.config.keys.Values;
import java.util.List;

/// Directories of data, and limits of their use.
///
/// @param logDirs at least one
/// @param metadataLogDir holds the metadata log; the first of `logDirs` unless set
/// @param journalBytesMax the journal of each of `logDirs`, and so what a start after a crash replays at most
/// @param cordonedLogDirs take no new partitions; `*` means all (KIP-1066)
public record StorageConfig(
        List<String> logDirs,
        String metadataLogDir,
        List<String> cordonedLogDirs,
        int recoveryThreadsPerDir,
        long journalBytesMax,
        long dirFailureTimeoutMillis) {

    /// True when the directory, named as in `log.dirs`, takes no new partitions.
    public boolean isCordoned(String logDir) {
        return cordonedLogDirs.contains("*") || cordonedLogDirs.contains(logDir);
    }

    static StorageConfig of(Values values) {
        List<String> dirs = logDirs(values);
        String metadata = values.stringOrNull("metadata.log.dir");
        return new StorageConfig(
                dirs,
                metadata == null ? dirs.getFirst() : metadata,
                values.list("cordoned.log.dirs"),
                values.integer("num.recovery.threads.per.data.dir"),
                values.number("barnabas.journal.bytes"),
                values.number("log.dir.failure.timeout.ms"));
    }

    /// `log.dirs`, else `log.dir`.
    static List<String> logDirs(Values values) {
        return values.list(values.text("log.dirs") == null ? "log.dir" : "log.dirs");
    }
}
