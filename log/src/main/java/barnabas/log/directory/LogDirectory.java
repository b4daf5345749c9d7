package barnabas.log.directory;

import barnabas.base.CollectedFailures;
import barnabas.base.Mutex;
import barnabas.log.Belonging;
import barnabas.log.LogConfig;
import barnabas.log.LogDamage;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.DirectoryJournal;
import barnabas.log.file.OpenFiles;
import barnabas.log.journal.JournalReplay;
import barnabas.log.partition.ClosedLog;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.JournalRecovery;
import barnabas.log.recovery.LogOpening;
import barnabas.log.segment.LogPlace;
import barnabas.protocol.Uuid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One directory of `log.dirs`: the partitions in it, its lock and its checkpoint files. Owner: the broker; methods
/// may be called from any thread.
///
/// ```
/// .lock                              held while a process uses the directory
/// meta.properties                    version, cluster.id, node.id, directory.id
/// .kafka_cleanshutdown               see CleanShutdown
/// *-checkpoint                       see DirectoryCheckpoints
/// .closed_logs                       see ClosedLogs
/// <topic>-<partition>/               see PartitionDirectories
/// <topic>-<partition>.<id>-future/   on its way in, see LogMove
/// ```
public final class LogDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
    /// Free space below which a directory is taken for full.
    private static final long SPACE_BYTES = 16L << 20;

    private final Path path;
    private final LogEnvironment environment;
    private final Closeable lock;
    /// Held while partitions are created and deleted.
    private final Mutex changes = new Mutex();
    private final MetaProperties owner;
    private final LastRun lastRun;
    private final ClosedLogs closedLogs;
    private final OpenFiles files;
    private final DirectoryHealth health = new DirectoryHealth();
    private final DirectoryJournal journal;
    private JournalRecovery.Result replayed = JournalRecovery.Result.NONE;
    private final DirectoryCheckpoints checkpoints;

    private final ConcurrentHashMap<TopicPartition, PartitionLog> logs = new ConcurrentHashMap<>();
    private final LogTurns turns = new LogTurns(logs.values());
    private final PartitionDirectories partitions;
    private final LogOpener opener;
    private final FutureLogs futures;

    /// Result of opening a directory.
    public sealed interface Opening {
        record Opened(LogDirectory directory) implements Opening {}

        /// One clear line for the operator: in use, of another cluster or node, of a newer format, not writable.
        record Refused(Path path, String reason) implements Opening {}
    }

    /// The owner of a directory.
    ///
    /// @param clusterId empty takes the one found in the directory, or a new one
    public record Identity(Optional<String> clusterId, int nodeId) {}

    private LogDirectory(
            Path path,
            LogEnvironment environment,
            Closeable lock,
            MetaProperties owner,
            LastRun lastRun,
            ClosedLogs closedLogs) {
        this.path = path;
        this.environment = environment;
        this.lock = lock;
        this.owner = owner;
        this.lastRun = lastRun;
        this.closedLogs = closedLogs;
        this.files = new OpenFiles(environment.disk(), environment.openFilesMax());
        this.partitions = new PartitionDirectories(environment.disk(), path, environment.random());
        this.futures = new FutureLogs(this, environment);
        this.journal = new DirectoryJournal(path, environment, health);
        this.checkpoints = new DirectoryCheckpoints(environment.disk(), path);
        this.opener = new LogOpener(
                environment,
                partitions,
                checkpoints,
                closedLogs,
                lastRun.closedCleanly(),
                (partition, topicId) -> place(partition, topicId, partitions.home(partition)));
    }

    /// Locks the directory, creating it (with `meta.properties`) when it is missing.
    public static Opening open(Path path, Identity identity, LogEnvironment environment) {
        return new DirectoryOpening(path, identity, environment).open();
    }

    /// As [#open], with an exception, one line for the operator, where the disk is the reason.
    public static Opening openOrThrow(Path path, Identity identity, LogEnvironment environment) throws IOException {
        return new DirectoryOpening(path, identity, environment).openOrThrow();
    }

    /// A directory that is locked and belongs to this broker.
    static LogDirectory owned(Path path, MetaProperties owner, LogEnvironment environment, Closeable lock)
            throws IOException {
        var shutdown = new CleanShutdown(environment.disk(), path);
        var directory = new LogDirectory(path, environment, lock, owner, shutdown.lastRun(), shutdown.take());
        directory.partitions.find();
        directory.checkpoints.read(
                directory.partitions(), !directory.lastRun.closedCleanly() || directory.closedLogs.isKnown());
        directory.lostLogs().findSegments();
        directory.replayJournal();
        return directory;
    }

    /// After a crash: what the files of single logs did not keep comes back from the journal.
    private void replayJournal() throws IOException {
        var logs = new ReplayedLogs(partitions, checkpoints, opener::loaded);
        replayed = new JournalRecovery(environment, JournalReplay.read(environment.disk(), path), logs).run();
        if (health.failure().isPresent()) throw health.failure().get();
    }

    /// Damage of the journal that no crash leaves behind, found when the directory was opened: one line each.
    public List<String> journalProblems() {
        return replayed.problems();
    }

    /// Number of batches that came back from the journal when the directory was opened.
    public long batchesReplayed() {
        return replayed.batches();
    }

    /// Cluster id in `meta.properties`, read without a lock; empty when there is none.
    public static Optional<String> clusterIdOf(Path path, LogEnvironment environment) throws IOException {
        return MetaProperties.clusterIdOf(path, environment.disk());
    }

    public Path path() {
        return path;
    }

    public Uuid directoryId() {
        return owner.directoryId();
    }

    public String clusterId() {
        return owner.clusterId();
    }

    /// The run before this one, and the epoch of this one.
    public LastRun lastRun() {
        return lastRun;
    }

    /// The failure of the disk that took this directory out of service: its logs refuse appends from then on.
    public Optional<IOException> failure() {
        return health.failure();
    }

    /// Calls `noted` once this directory has failed, on any thread: only to take note.
    public void onFailure(Runnable noted) {
        health.onFailure(noted);
    }

    /// True when an operation here has failed for lack of space since the last call.
    public boolean takeShortage() {
        return health.takeShortage();
    }

    /// The partitions that lie here, open or not.
    public Set<TopicPartition> partitions() {
        return Set.copyOf(partitions.present());
    }

    private LogOpening noted(LogOpening opening) {
        if (opening instanceof LogOpening.Opened opened) logs.put(opened.log().partition(), opened.log());
        return opening;
    }

    /// Opens one partition's log, creating it when it is missing, or returns it when it is open. Several may be opened
    /// at once, if they are different ones. What another topic of the same name left is set aside.
    public LogOpening openLog(TopicPartition partition, Uuid topicId, LogConfig config) {
        var opening = openUnforced(partition, topicId, config);
        if (logs.containsKey(partition) || !(opening instanceof LogOpening.Opened)) return opening;
        var failed = forceCreated(List.of(opening));
        return failed.isPresent() ? new LogOpening.Failed(partition, failed.get()) : opening;
    }

    /// As [#openLog], but a log that is created can be lost in a power cut, and is none of [#logs], before
    /// [#forceCreated].
    LogOpening openUnforced(TopicPartition partition, Uuid topicId, LogConfig config) {
        var open = logs.get(partition);
        if (open != null) return new LogOpening.Opened(open, LogOpening.Recovery.NONE);
        try {
            var present = opener.present(partition, topicId, config);
            return present.isPresent() ? noted(present.get()) : createLog(partition, topicId, config);
        } catch (IOException failed) {
            health.report(failed);
            return new LogOpening.Failed(partition, failed);
        }
    }

    /// Makes new logs safe from a power cut: one force for the names of all their directories.
    ///
    /// @return the failure, with which none of them can be used
    Optional<IOException> forceCreated(Collection<LogOpening> created) {
        try {
            partitions.forceNames();
        } catch (IOException failed) {
            health.report(failed);
            return Optional.of(failed);
        }
        created.forEach(this::noted);
        return Optional.empty();
    }

    private LogOpening createLog(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        forgetPredecessor(partition);
        return opener.created(partition, topicId, config);
    }

    /// Removes what the checkpoints have of an earlier partition of the same name.
    void forgetPredecessor(TopicPartition partition) throws IOException {
        try (var _ = changes.hold()) {
            if (checkpoints.promiseAnythingOf(partition)) checkpoint();
            checkpoints.forgetProgress(partition);
        }
    }

    /// Reads all of a log that is not open and says where it is damaged; changes nothing.
    public Optional<LogDamage> damageOf(TopicPartition partition) throws IOException {
        return opener.damageOf(partition);
    }

    /// Opens a damaged log without what lies behind the damage, as an operator has decided. Everything is read.
    public LogOpening repairLog(TopicPartition partition, LogConfig config) {
        try (var _ = changes.hold()) {
            var repaired = noted(opener.loaded(partition, config, LogHints.Damages.SOUGHT_AND_CUT));
            // what the last orderly stop knew of the log ends with what was cut
            if (repaired instanceof LogOpening.Opened) {
                var _ = closedLogs.take(partition);
            }
            return repaired;
        }
    }

    /// Logs that are open.
    public List<PartitionLog> logs() {
        return List.copyOf(logs.values());
    }

    public int logCount() {
        return logs.size();
    }

    /// True when the partition lies here, open or not.
    public boolean holds(TopicPartition partition) {
        return partitions.present().contains(partition);
    }

    public Optional<PartitionLog> log(TopicPartition partition) {
        return Optional.ofNullable(logs.get(partition));
    }

    /// Takes the partition out of sight at once; its files go away after their delay.
    public void deleteLog(TopicPartition partition) throws IOException {
        try (var _ = changes.hold()) {
            checkpoints.disown(Set.of(partition));
            deleteUnforced(partition);
            partitions.forceNames();
        }
    }

    /// Deletes a topic's partitions that lie here, with one force. Those of another topic of the same name stay.
    public void deleteLogs(Collection<TopicPartition> ofTopic, Uuid topicId) throws IOException {
        try (var _ = changes.hold()) {
            var failures = new CollectedFailures();
            for (var each : ofTopic)
                failures.attempt(() -> {
                    if (holds(each) && topicIdOf(each).orElse(topicId).equals(topicId)) deleteUnforced(each);
                });
            failures.attempt(partitions::forceNames);
            failures.rethrow();
        }
    }

    private void deleteUnforced(TopicPartition partition) throws IOException {
        var log = logs.remove(partition);
        if (log != null) log.delete();
        checkpoints.remove(partition);
        var _ = closedLogs.take(partition);
        if (!holds(partition)) return;
        var target = partitions.moveAway(partition);
        if (log != null) log.moved(target);
        long delay = log == null ? 0 : log.config().retention().fileDeleteDelayNanos();
        partitions.deleteAt(target, environment.clock().nanos() + delay);
    }

    private Optional<Uuid> topicIdOf(TopicPartition partition) throws IOException {
        if (log(partition).isPresent()) return log(partition).get().topicId();
        var closed = closedLogs.topicId(partition);
        return closed.isPresent() ? closed : partitions.topicId(partition);
    }

    /// Finishes deletions and sets aside what belongs nowhere in the cluster, before any log is opened.
    public void matchWith(Belonging.Cluster cluster) throws IOException {
        var failures = new CollectedFailures();
        var found = partitions();
        for (var each : found)
            failures.attempt(() -> {
                switch (cluster.belonging(each, partitions.undamaged(each, topicIdOf(each), cluster))) {
                    case HERE -> {}
                    case DELETED -> deleteUnforced(each);
                    case NOWHERE -> opener.setAside(each);
                }
            });
        if (partitions.present().size() < found.size()) failures.attempt(partitions::forceNames);
        failures.rethrow();
    }

    /// Keeps partitions offline whose directory is gone and that are not `elsewhere`, after [#matchWith].
    public void keepLost(Belonging.Cluster cluster, Predicate<TopicPartition> elsewhere) throws IOException {
        try (var _ = changes.hold()) {
            lostLogs().findDirectories(cluster, elsewhere);
        }
    }

    private LostLogs lostLogs() {
        return new LostLogs(
                environment.disk(),
                partitions,
                checkpoints,
                closedLogs,
                (partition, topicId) -> place(partition, Optional.of(topicId), partitions.home(partition)));
    }

    /// Copies of logs that are on their way into this directory.
    public List<PartitionLog> futureLogs() {
        return futures.open();
    }

    FutureLogs futures() {
        return futures;
    }

    /// A complete copy became this directory's log of its partition.
    void adopted(PartitionLog log) {
        logs.put(log.partition(), log);
        partitions.present().add(log.partition());
    }

    LogPlace place(TopicPartition partition, Optional<Uuid> topicId, Path directory) {
        return new LogPlace(partition, topicId, directory, environment, files, health, journal, checkpoints::withdraw);
    }

    /// Removes files whose delete delay has passed on the scale of [barnabas.base.Clock#nanos]. Called every second:
    /// of thousands of logs each call takes some.
    public void removeDeletedFiles(long nowNanos) throws IOException {
        var failures = new CollectedFailures();
        failures.attempt(() -> partitions.removeDue(nowNanos));
        var some = turns.next();
        checkpoints.follow(some);
        for (var log : some) failures.attempt(() -> log.removeDeletedFiles(nowNanos));
        failures.rethrow();
    }

    /// Up to where partitions of this directory have been compacted.
    public CleanedOffsets cleanedOffsets() {
        return checkpoints.cleanedOffsets();
    }

    /// The high watermarks as last checkpointed.
    public Map<TopicPartition, Long> highWatermarks() throws IOException {
        return checkpoints.highWatermarks().read();
    }

    public void checkpointHighWatermarks(Map<TopicPartition, Long> offsets) throws IOException {
        checkpoints.highWatermarks().writeIfChanged(offsets);
    }

    /// Writes recovery points and log start offsets of all open logs.
    public void checkpoint() throws IOException {
        for (var log : logs.values()) checkpoints.note(log);
        try {
            checkpoints.write();
        } catch (IOException failed) {
            health.report(failed);
            throw failed;
        }
    }

    public long usableBytes() throws IOException {
        return environment.disk().usableBytes(path);
    }

    /// False also when the file system does not say.
    public boolean hasSpace() {
        try {
            return usableBytes() >= SPACE_BYTES;
        } catch (IOException e) {
            LOG.warn("The free space of {} is not known: {}", path, e.toString());
            return false;
        }
    }

    public long totalBytes() throws IOException {
        return environment.disk().totalBytes(path);
    }

    /// Group commits of this directory's journal since it was opened.
    public long journalCommits() {
        var current = journal.current();
        return current == null ? 0 : current.commits();
    }

    /// Gives the time of each force of a segment to `times`.
    public void onForced(ForceTimes times) {
        health.onForced(times::took);
    }

    /// Takes the time of each force of a segment, on any thread.
    @FunctionalInterface
    public interface ForceTimes {
        void took(long nanos);
    }

    /// Files held open at the moment, of all logs together.
    public int openFileCount() {
        return files.count();
    }

    /// Producers that the partitions of all directories with the same environment remember.
    public int rememberedProducers() {
        return environment.producers().room().taken();
    }

    /// Closes all logs in order and releases the lock. After a failed write the next start recovers as after a crash.
    public void close() throws IOException {
        try {
            // of logs that this process has not opened, the last orderly stop is the newest that is known
            var closed = closedLogs.and(closeLogs());
            checkpoint();
            // a damaged log that was not opened since a crash would be taken for sound
            boolean allKnown = lastRun.closedCleanly() || partitions.areAll(logs.keySet());
            if (health.failed() || !allKnown) return;
            new CleanShutdown(environment.disk(), path).write(closed, lastRun.presentEpoch());
        } finally {
            lock.close();
        }
    }

    private Collection<ClosedLog> closeLogs() throws IOException {
        boolean settled = false;
        try {
            var closed = new ClosingLogs(logs.values(), environment.threads()).run();
            settled = !health.failed();
            return closed;
        } finally {
            journal.close(settled);
        }
    }
}
