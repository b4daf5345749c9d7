package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.Belonging;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.recovery.JournalRecovery;
import barnabas.log.segment.LogPlace;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds logs at a start that this directory is known to have had, and that are gone, whole or with their first
/// segment. Each gets a note on disk that keeps it offline until an operator accepts the loss.
///
/// @param places makes the place of a partition's files
record LostLogs(
        Disk disk,
        PartitionDirectories partitions,
        DirectoryCheckpoints checkpoints,
        ClosedLogs closed,
        Places places) {
    private static final Logger LOG = LoggerFactory.getLogger(LostLogs.class);
    private static final String REASON = "it was on disk and is gone";

    @FunctionalInterface
    interface Places {
        LogPlace place(TopicPartition partition, Uuid topicId);
    }

    /// Looks for first segments, before any log is opened: that removes what retention had left of one. A log whose
    /// orderly close is known is compared with that when it is opened.
    void findSegments() throws IOException {
        var retired = new HashSet<TopicPartition>();
        for (var entry : checkpoints.knownLogs().entrySet()) {
            var partition = entry.getKey();
            var known = entry.getValue();
            if (!partitions.present().contains(partition) || !promisesSegment(partition, known)) continue;
            var names = LogFiles.namesIn(disk, partitions.home(partition));
            var first = LogFiles.log(known.firstSegment());
            if (names.contains(first) || names.contains(first + LogFiles.SWAP)) continue;
            if (names.contains(first + LogFiles.DELETED)) retired.add(partition);
            else if (isOf(partition, known.topicId()) && !names.contains(JournalRecovery.GAP))
                markGone(partition, known.topicId(), known.firstSegment());
        }
        checkpoints.disown(retired);
    }

    /// Not when nothing of the log that was on disk is visible any more.
    private boolean promisesSegment(TopicPartition partition, KnownLogs.Known known) {
        if (known.firstSegment() < 0 || closed.topicId(partition).isPresent()) return false;
        long start = checkpoints.logStartOffset(partition);
        return known.recoveryPoint() > Math.max(known.firstSegment(), start)
                || (known.named() && start <= known.firstSegment());
    }

    private boolean isOf(TopicPartition partition, Uuid topicId) throws IOException {
        return partitions.topicIdAmong(partition, Set.of(topicId)).equals(Optional.of(topicId));
    }

    private void markGone(TopicPartition partition, Uuid topicId, long baseOffset) throws IOException {
        var _ = JournalRecovery.markGone(places.place(partition, topicId), baseOffset, REASON);
    }

    /// Makes the directories again of logs that are gone, each with its note; forgets logs that do not belong here.
    ///
    /// @param elsewhere true for a partition that lies in another directory
    void findDirectories(Belonging.Cluster cluster, Predicate<TopicPartition> elsewhere) throws IOException {
        var foreign = new HashSet<TopicPartition>();
        for (var entry : missing().entrySet()) {
            var partition = entry.getKey();
            var known = entry.getValue();
            boolean here = cluster.belonging(partition, Optional.of(known.topicId())) == Belonging.HERE
                    && !elsewhere.test(partition);
            if (!here) foreign.add(partition);
            else if (known.hasRecords()) restore(partition, known);
        }
        for (var entry : cluster.lost().entrySet()) {
            if (elsewhere.test(entry.getKey())) continue;
            LOG.error(
                    "{} was in a directory that is gone; it is offline until the directory is one of log.dirs again",
                    entry.getKey());
            note(entry.getKey(), entry.getValue(), 0);
        }
        checkpoints.disown(foreign);
    }

    private Map<TopicPartition, KnownLogs.Known> missing() {
        var missing = new HashMap<TopicPartition, KnownLogs.Known>();
        checkpoints.knownLogs().forEach((partition, known) -> {
            if (!partitions.present().contains(partition)) missing.put(partition, known);
        });
        return missing;
    }

    private void restore(TopicPartition partition, KnownLogs.Known known) throws IOException {
        LOG.error("{} is gone, it had records up to offset {}", partitions.home(partition), known.endOffset());
        note(partition, known.topicId(), Math.max(0, known.firstSegment()));
    }

    private void note(TopicPartition partition, Uuid topicId, long baseOffset) throws IOException {
        disk.createDirectories(partitions.home(partition));
        markGone(partition, topicId, baseOffset);
        partitions.create(partition, topicId);
    }
}
