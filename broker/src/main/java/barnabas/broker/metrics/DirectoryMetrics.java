package barnabas.broker.metrics;

import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.Uuid;
import barnabas.replication.placement.UnusableDirectories.Unusable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Log directories, what they keep in memory, and compaction.
record DirectoryMetrics(
        List<LogDirectory> directories,
        List<Unusable> unusable,
        LogCleaner cleaner,
        ClusterMetadata metadata,
        int nodeId)
        implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryMetrics.class);

    @Override
    public void read(Reading reading) {
        int offline = 0;
        List<Uuid> cordoned = cordoned();
        for (LogDirectory directory : directories) {
            String path = directory.path().toString();
            boolean failed = directory.failure().isPresent();
            if (failed) offline++;
            reading.add("kafka_log_logmanager_logdirectoryoffline", failed ? 1 : 0, path);
            reading.add(
                    "kafka_log_logmanager_logdirectorycordoned",
                    cordoned.contains(directory.directoryId()) ? 1 : 0,
                    path);
            reading.add("barnabas_log_directory_open_files", directory.openFileCount(), path);
            reading.add("barnabas_log_journal_commits_total", directory.journalCommits(), path);
            readSpace(directory, path, reading);
        }
        for (Unusable each : unusable)
            reading.add(
                    "kafka_log_logmanager_logdirectoryoffline", 1, each.path().toString());
        reading.add("kafka_log_logmanager_offlinelogdirectorycount", offline + unusable.size());
        // the directories of a node share their room for producers
        reading.add(
                "kafka_server_replicamanager_produceridcount",
                directories.getFirst().rememberedProducers());
        readCleaner(cleaner.status(), reading);
    }

    private List<Uuid> cordoned() {
        Optional<BrokerRegistration> self = metadata.current().broker(nodeId);
        return self.isPresent() ? self.get().cordonedLogDirs() : List.of();
    }

    private static void readSpace(LogDirectory directory, String path, Reading reading) {
        try {
            long usable = directory.usableBytes();
            long total = directory.totalBytes();
            reading.add("barnabas_log_directory_usable_bytes", usable, path);
            reading.add("barnabas_log_directory_total_bytes", total, path);
        } catch (IOException e) {
            LOG.debug("{}: the size of the disk is not known: {}", path, e.getMessage());
        }
    }

    private void readCleaner(LogCleaner.Status status, Reading reading) {
        reading.add(
                "kafka_log_logcleaner_deadthreadcount", Math.max(0, cleaner.threadsWanted() - status.threadsAlive()));
        reading.add("kafka_log_logcleanermanager_max_dirty_percent", 100 * status.dirtyRatioMax());
        reading.add(
                "kafka_log_logcleanermanager_uncleanable_partitions_count",
                status.uncleanable().size());
        reading.add("kafka_log_logcleanermanager_uncleanable_bytes", status.uncleanableBytes());
        reading.add("barnabas_log_compactions_total", status.compactions());
        LogCleaner.LastPasses last = status.last();
        reading.add("kafka_log_logcleaner_max_clean_time_secs", TimeUnit.NANOSECONDS.toSeconds(last.nanosMax()));
        reading.add("kafka_log_logcleaner_cleaner_recopy_percent", 100 * last.recopiedRatio());
        reading.add("kafka_log_logcleaner_max_buffer_utilization_percent", 100 * last.keyRoomRatioMax());
        reading.add("kafka_log_logcleanermanager_time_since_last_run_ms", status.sinceLookMillis());
    }
}
