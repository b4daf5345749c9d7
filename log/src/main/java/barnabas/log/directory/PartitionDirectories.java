package barnabas.log.directory;

import barnabas.base.Check;
import barnabas.base.Disk;
import barnabas.log.Belonging;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories of partitions in a log directory: which there are, whose they are, and how they go. Which topic a
/// directory belongs to is said by the topic id inside it, never by its name alone. Thread-safe; who adds and removes
/// the same partition at the same time has to know why.
///
/// ```
/// <topic>-<partition>/               a partition, see PartitionLog
/// <topic>-<partition>.<id>-delete/   on its way out, see DeletedLogs
/// <topic>-<partition>.<id>-stray/    of no topic of this cluster: kept for the operator, as Kafka does
/// ```
final class PartitionDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionDirectories.class);
    private static final String STRAY = "-stray";
    /// The longest file name that file systems take.
    private static final int NAME_BYTES_MAX = 255;

    private final Disk disk;
    private final Path parent;
    private final RandomGenerator random;
    private final DeletedLogs deletions;
    private final Set<TopicPartition> present = ConcurrentHashMap.newKeySet();
    /// New directories whose names are not forced yet.
    private final Set<TopicPartition> unforced = ConcurrentHashMap.newKeySet();

    PartitionDirectories(Disk disk, Path parent, RandomGenerator random) {
        this.disk = disk;
        this.parent = parent;
        this.random = random;
        this.deletions = new DeletedLogs(disk);
    }

    /// Finds what a predecessor left. What is on its way out goes at once.
    void find() throws IOException {
        for (var entry : disk.list(parent)) {
            if (!disk.isDirectory(entry)) continue;
            if (String.valueOf(entry.getFileName()).endsWith(DeletedLogs.SUFFIX)) deletions.add(entry, 0);
            else LogFiles.partitionOf(entry).ifPresent(present::add);
        }
    }

    /// True when no partition lies here but these.
    boolean areAll(Set<TopicPartition> known) throws IOException {
        for (var entry : disk.list(parent)) {
            var found = LogFiles.partitionOf(entry);
            if (found.isPresent() && !known.contains(found.get()) && disk.isDirectory(entry)) return false;
        }
        return true;
    }

    Set<TopicPartition> present() {
        return present;
    }

    Path home(TopicPartition partition) {
        return parent.resolve(partition.toString());
    }

    /// Empty for a directory that predates topic ids, or whose `partition.metadata` can not be read.
    Optional<Uuid> topicId(TopicPartition partition) throws IOException {
        return PartitionMetadata.topicIdIn(disk, home(partition));
    }

    /// The id with which a damaged `partition.metadata` was written, if it is one of these; otherwise the id in it.
    Optional<Uuid> topicIdAmong(TopicPartition partition, Collection<Uuid> candidates) throws IOException {
        var found = PartitionMetadata.read(disk, home(partition));
        var id = found.topicId();
        if (id.isPresent() && (candidates.contains(id.get()) || !found.isUnchecked())) return id;
        return candidates.stream().filter(found::standsFor).findFirst().or(() -> id);
    }

    /// The id of the cluster's topic of this name when `found` is the same but for damage, otherwise `found`.
    Optional<Uuid> undamaged(TopicPartition partition, Optional<Uuid> found, Belonging.Cluster cluster)
            throws IOException {
        var expected = cluster.idOf(partition.topic());
        if (found.isEmpty() || expected.isEmpty() || found.equals(expected)) return found;
        return topicIdAmong(partition, Set.of(expected.get()));
    }

    /// Owner of a directory.
    enum Owner {
        /// The topic that was asked for.
        ASKED,
        /// Another topic of this name.
        OTHER,
        /// Not known: the topic id is damaged, and there are records.
        UNKNOWN
    }

    /// Finds out whether a directory is the topic's. One without an id gets it; one whose id is damaged, and is proven
    /// to be this one, gets it again.
    ///
    /// @param noted topic that the directory's partition is known to have belonged to
    /// @param names of the files in the directory
    Owner owner(TopicPartition partition, Uuid topicId, Optional<Uuid> noted, Set<String> names, boolean closedCleanly)
            throws IOException {
        if (!names.contains(LogFiles.METADATA)) return ownerOfUnnamed(partition, topicId, noted, names);
        var found = PartitionMetadata.read(disk, home(partition));
        if (found.topicId().equals(Optional.of(topicId))) {
            boolean doubtful = !closedCleanly || unforced.contains(partition);
            if (doubtful && names.size() == 1) forceIdentity(partition);
            return Owner.ASKED;
        }
        boolean readable = found.topicId().isPresent();
        boolean proven = found.standsFor(topicId) || (!readable && noted.equals(Optional.of(topicId)));
        if (readable && !proven) return Owner.OTHER;
        return ownerOfDamaged(partition, topicId, names, proven);
    }

    /// Owner of a directory without a file for the id: a creation that a crash ended, or the file was removed.
    private Owner ownerOfUnnamed(TopicPartition partition, Uuid topicId, Optional<Uuid> noted, Set<String> names)
            throws IOException {
        if (holdsRecords(names)) {
            if (noted.isPresent() && !noted.get().equals(topicId)) return Owner.OTHER;
            LOG.warn("{} has no {} and is taken for the topic of its name", home(partition), LogFiles.METADATA);
        }
        identify(partition, topicId);
        return Owner.ASKED;
    }

    private static boolean holdsRecords(Set<String> names) {
        return names.stream().anyMatch(name -> name.endsWith(LogFiles.LOG));
    }

    private Owner ownerOfDamaged(TopicPartition partition, Uuid topicId, Set<String> names, boolean proven)
            throws IOException {
        // a crash while the file was written: nothing was in the directory yet
        if (!proven && holdsRecords(names)) return Owner.UNKNOWN;
        if (proven)
            LOG.warn("{} was damaged and is written again", home(partition).resolve(LogFiles.METADATA));
        PartitionMetadata.mend(disk, home(partition), topicId);
        return Owner.ASKED;
    }

    /// The opening of a directory that is [Owner#UNKNOWN].
    LogOpening withoutOwner(TopicPartition partition) {
        return new LogOpening.Damaged(
                partition,
                home(partition).resolve(LogFiles.METADATA),
                0,
                0,
                "the topic id cannot be read, or does not belong to its check value; without the file the directory is"
                        + " taken for the topic of its name");
    }

    void create(TopicPartition partition, Uuid topicId) throws IOException {
        createUnforced(partition, topicId);
        forceNames();
    }

    /// As [#create], but a power cut may take the directory away before [#forceNames].
    void createUnforced(TopicPartition partition, Uuid topicId) throws IOException {
        disk.createDirectories(home(partition));
        present.add(partition);
        unforced.add(partition);
        PartitionMetadata.create(disk, home(partition), topicId);
    }

    /// Puts the topic id into a directory that has none, for example after an interrupted creation.
    void identify(TopicPartition partition, Uuid topicId) throws IOException {
        PartitionMetadata.create(disk, home(partition), topicId);
        forceNames();
    }

    /// Forces the topic id of a directory that holds nothing else: a process that was killed may have written it and
    /// not have forced it, and without it the journal's records of the partition have no home.
    void forceIdentity(TopicPartition partition) throws IOException {
        PartitionMetadata.force(disk, home(partition));
        forceNames();
    }

    /// Renames a directory that is to be deleted. On disk with [#forceNames].
    Path moveAway(TopicPartition partition) throws IOException {
        return rename(partition, DeletedLogs.SUFFIX);
    }

    /// Renames a directory that belongs to no topic of this cluster: it is neither used nor deleted.
    void setAside(TopicPartition partition) throws IOException {
        var target = rename(partition, STRAY);
        LOG.warn(
                "{} belongs to another topic than the cluster's of this name, or to none: it is kept as {} and can be"
                        + " deleted",
                home(partition),
                target.getFileName());
    }

    private Path rename(TopicPartition partition, String suffix) throws IOException {
        Check.that(present.contains(partition), "a directory is renamed that is not here");
        var id = String.format(Locale.ROOT, ".%016x%016x", random.nextLong(), random.nextLong()) + suffix;
        var name = partition.toString();
        var target = parent.resolve(name.substring(0, Math.min(name.length(), NAME_BYTES_MAX - id.length())) + id);
        disk.rename(home(partition), target);
        present.remove(partition);
        unforced.remove(partition);
        return target;
    }

    void forceNames() throws IOException {
        List<TopicPartition> forced = List.copyOf(unforced);
        disk.forceDirectory(parent);
        forced.forEach(unforced::remove);
    }

    /// A directory that was moved away is deleted when its time has come.
    void deleteAt(Path directory, long dueNanos) {
        deletions.add(directory, dueNanos);
    }

    void removeDue(long nowNanos) throws IOException {
        deletions.removeDue(nowNanos);
    }
}
