package barnabas.log.directory;

import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.JournalRecovery;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/// A directory's logs while its journal is replayed.
record ReplayedLogs(PartitionDirectories directories, DirectoryCheckpoints checkpoints, Loader loader)
        implements JournalRecovery.Logs {
    @FunctionalInterface
    interface Loader {
        LogOpening load(TopicPartition partition, LogConfig config, LogHints.Damages damages);
    }

    @Override
    public Collection<TopicPartition> partitions() {
        return directories.present();
    }

    @Override
    public Optional<Uuid> topicId(TopicPartition partition, Collection<Uuid> candidates) throws IOException {
        return directories.topicIdAmong(partition, candidates);
    }

    @Override
    public LogOpening open(TopicPartition partition, LogConfig config, LogHints.Damages damages) {
        return loader.load(partition, config, damages);
    }

    @Override
    public long recoveryPoint(TopicPartition partition) {
        return checkpoints.recoveryPoint(partition);
    }

    @Override
    public Path home(TopicPartition partition) {
        return directories.home(partition);
    }

    @Override
    public void forced(PartitionLog log) {
        checkpoints.note(log);
    }
}
