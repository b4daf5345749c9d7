package barnabas.log.directory;

import barnabas.log.LogConfig;
import barnabas.log.LogDamage;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.ClosedLog;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.DamageSearch;
import barnabas.log.recovery.JournalRecovery;
import barnabas.log.recovery.LogLoader;
import barnabas.log.recovery.LogOpening;
import barnabas.log.segment.LogPlace;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the logs of one directory: as the last orderly stop left them, or from their files. The directory knows which
/// are open. Several may be opened at once, if they are different ones.
record LogOpener(
        LogEnvironment environment,
        PartitionDirectories partitions,
        DirectoryCheckpoints checkpoints,
        ClosedLogs closedLogs,
        boolean closedCleanly,
        Places places) {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpener.class);

    /// Makes the place of a partition's files.
    @FunctionalInterface
    interface Places {
        LogPlace place(TopicPartition partition, Optional<Uuid> topicId);
    }

    /// Opens a log that lies here, or that the last orderly stop left here. What another topic of the same name left is
    /// set aside.
    ///
    /// @return empty when there is none
    Optional<LogOpening> present(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        if (!partitions.present().contains(partition) && !restoredLost(partition, topicId)) return Optional.empty();
        var closed = closedLogs.take(partition).filter(each -> each.topicId().equals(topicId));
        var asClosed = closed.isPresent() ? reopened(closed.get(), config) : Optional.<PartitionLog>empty();
        if (asClosed.isPresent()) return Optional.of(new LogOpening.Opened(asClosed.get(), LogOpening.Recovery.NONE));
        var names = LogFiles.namesIn(environment.disk(), partitions.home(partition));
        var owner = partitions.owner(partition, topicId, checkpoints.notedTopicId(partition), names, closedCleanly);
        if (owner == PartitionDirectories.Owner.UNKNOWN) return Optional.of(partitions.withoutOwner(partition));
        if (owner == PartitionDirectories.Owner.OTHER) {
            setAside(partition);
            partitions.forceNames();
            return Optional.empty();
        }
        var gone = closed.flatMap(each -> each.segmentMissingIn(names));
        if (gone.isPresent())
            return Optional.of(JournalRecovery.markGone(placeFound(partition), gone.get(), ClosedLogs.GONE));
        var place = places.place(partition, Optional.of(topicId));
        boolean deleted = closed.isPresent() && deletesDamagedIndexes(closed.get(), names);
        var left = deleted ? LogFiles.namesIn(environment.disk(), partitions.home(partition)) : names;
        return Optional.of(LogLoader.openReplayed(place, left, config, hints(partition, LogHints.Damages.REFUSED)));
    }

    /// Deletes indexes of aborted transactions that changed since the orderly close, and the producer snapshots behind
    /// their segments: what is missing of the former is built again from where the snapshots end.
    private boolean deletesDamagedIndexes(ClosedLog closed, Set<String> names) throws IOException {
        var disk = environment.disk();
        var home = partitions.home(closed.partition());
        var damaged = closed.indexesDamagedIn(disk, home);
        if (damaged.isEmpty()) return false;
        LOG.warn(
                "{}: indexes of aborted transactions were damaged and are built again: {}",
                closed.partition(),
                damaged.stream().map(LogFiles::transactionIndex).toList());
        for (var name : names) {
            var offset = LogFiles.offsetIn(name, LogFiles.SNAPSHOT);
            if (offset.isPresent() && offset.getAsLong() > damaged.getFirst()) disk.delete(home.resolve(name));
        }
        disk.forceDirectory(home);
        for (long base : damaged) disk.delete(home.resolve(LogFiles.transactionIndex(base)));
        disk.forceDirectory(home);
        return true;
    }

    /// The log as the orderly close before this start left it, if it is still so.
    private Optional<PartitionLog> reopened(ClosedLog closed, LogConfig config) throws IOException {
        var partition = closed.partition();
        var hints = hints(partition, LogHints.Damages.REFUSED);
        if (!closed.holds(environment.disk(), partitions.home(partition), hints)) return Optional.empty();
        var place = places.place(partition, Optional.of(closed.topicId()));
        if (config.flush().journaled()) place.journal().opened();
        return closed.reopen(place, config, hints.logStartOffset());
    }

    /// Makes an empty directory, which every start finds damaged, for a log of the last orderly stop that is gone.
    private boolean restoredLost(TopicPartition partition, Uuid topicId) throws IOException {
        var closed = closedLogs.take(partition).filter(each -> each.topicId().equals(topicId));
        if (closed.isEmpty() || closed.get().endOffset() == 0) return false;
        environment.disk().createDirectories(partitions.home(partition));
        JournalRecovery.markGone(
                placeFound(partition), closed.get().segments().getFirst().baseOffset(), ClosedLogs.GONE);
        partitions.create(partition, topicId);
        return true;
    }

    /// Opens a new log, whose predecessor of the same name is forgotten. The name of its directory is not forced yet.
    LogOpening created(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        partitions.createUnforced(partition, topicId);
        return LogLoader.openReplayed(places.place(partition, Optional.of(topicId)), Set.of(), config, LogHints.NEW);
    }

    /// Opens a log from its files, whichever topic it belongs to.
    LogOpening loaded(TopicPartition partition, LogConfig config, LogHints.Damages damages) {
        try {
            return LogLoader.openReplayed(
                    placeFound(partition),
                    LogFiles.namesIn(environment.disk(), partitions.home(partition)),
                    config,
                    hints(partition, damages));
        } catch (IOException failed) {
            return new LogOpening.Failed(partition, failed);
        }
    }

    /// Reads all of a log that is not open; changes nothing.
    ///
    /// @return where it is damaged
    Optional<LogDamage> damageOf(TopicPartition partition) throws IOException {
        return new DamageSearch(placeFound(partition), checkpoints.recoveryPoint(partition), closedCleanly).first();
    }

    /// Takes a partition out of the directory that no topic of the cluster has.
    void setAside(TopicPartition partition) throws IOException {
        checkpoints.disown(Set.of(partition));
        var _ = closedLogs.take(partition);
        checkpoints.remove(partition);
        partitions.setAside(partition);
    }

    private LogHints hints(TopicPartition partition, LogHints.Damages damages) {
        return checkpoints.hints(partition, closedCleanly, damages);
    }

    /// Place of a partition that lies here, with the topic id that it has on disk.
    private LogPlace placeFound(TopicPartition partition) throws IOException {
        return places.place(partition, partitions.topicId(partition));
    }
}
