package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.FileDescriptors;
import barnabas.broker.cluster.PresentPartitions;
import barnabas.broker.request.MemoryBudget;
import barnabas.config.BrokerConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.ProducerRoom;
import barnabas.log.directory.LogDirectory;
import barnabas.log.directory.LogMove;
import barnabas.log.directory.OwnedDirectory;
import barnabas.log.journal.JournalThread;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataDirectory;
import barnabas.protocol.Uuid;
import barnabas.replication.LocalPartitions;
import barnabas.replication.placement.UnusableDirectories;
import barnabas.replication.placement.UnusableDirectories.Unusable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker's log directories, locked, and the cluster they belong to.
///
/// @param unusable directories of `log.dirs` that the disk does not let this node use; never the only one, and never
/// that
///     of the metadata log
/// @param metadata locks of `metadata.log.dir`, where that is none of `directories`
/// @param background forces closed segments to disk
record Storage(
        String clusterId,
        List<LogDirectory> directories,
        List<Unusable> unusable,
        List<OwnedDirectory> metadata,
        LogEnvironment environment,
        ExecutorService background)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    /// Directories that are not formatted get the id of the cluster that the node joins, or of a new one.
    static Storage open(BrokerConfig config, Membership membership, World world)
            throws StartFailure, InterruptedException {
        ExecutorService background =
                world.threads().pool("log-flush", config.storage().recoveryThreadsPerDir());
        var environment = new LogEnvironment(
                world.disk(),
                world.clock(),
                world.threads(),
                world.random(),
                background,
                FileDescriptors.ofProcess()
                        .segmentsMaxIn(config.storage().logDirs().size()),
                new LogEnvironment.ProducerLimits(
                        config.transactions().producerIds().expirationMillis(),
                        new ProducerRoom(MemoryBudget.ofProcess().producersMax())),
                new LogEnvironment.Durability(
                        config.storage().journalBytesMax(),
                        config.storage().recoveryThreadsPerDir(),
                        JournalThread::start));
        var opened = new ArrayList<LogDirectory>();
        var problems = new ArrayList<String>();
        List<Path> paths = config.storage().logDirs().stream().map(Path::of).toList();
        Path metadataPath = Path.of(config.storage().metadataLogDir());
        boolean apart = paths.stream().noneMatch(path -> isSame(path, metadataPath));
        var claimed = new ArrayList<>(paths);
        if (apart) claimed.add(metadataPath);
        Optional<String> found = clusterId(claimed, environment, problems);
        // without the id, which an unreadable directory may have, another cluster would begin
        boolean known = found.isPresent();
        if (membership.isShared() && found.isEmpty() && problems.isEmpty()) {
            boolean joins = false;
            try {
                found = clusterToJoin(config, membership, world);
                joins = true;
            } finally {
                if (!joins) background.shutdown();
            }
        }
        String clusterId = found.orElseGet(() -> Uuid.random(world.random()).toString());
        var identity =
                new LogDirectory.Identity(Optional.of(clusterId), config.node().nodeId());
        var unusable = new ArrayList<Unusable>();
        for (Path path : paths) {
            LogDirectory.Opening opening;
            try {
                opening = LogDirectory.openOrThrow(path, identity, environment);
            } catch (IOException e) {
                String reason = String.valueOf(e.getMessage());
                if (known && !isSame(path, metadataPath)) unusable.add(new Unusable(path, reason));
                else problems.add("Data directory " + path + ": " + reason);
                continue;
            }
            if (opening instanceof LogDirectory.Opening.Opened(LogDirectory directory)) {
                directory.lastRun().openedByBroker();
                tellWhatWasFound(directory);
                opened.add(directory);
            } else if (opening instanceof LogDirectory.Opening.Refused(Path refused, String reason)) {
                problems.add("Data directory " + refused + ": " + reason);
            }
        }
        List<OwnedDirectory> metadata = apart ? take(metadataPath, identity, environment, problems) : List.of();
        if (opened.isEmpty() && problems.isEmpty())
            for (Unusable each : unusable) problems.add("Data directory " + each.path() + ": " + each.reason());
        var storage =
                new Storage(clusterId, List.copyOf(opened), List.copyOf(unusable), metadata, environment, background);
        if (problems.isEmpty()) settleMoves(opened, problems);
        if (problems.isEmpty()) return storage;
        storage.close();
        throw new StartFailure(problems);
    }

    private static Optional<String> clusterToJoin(BrokerConfig config, Membership membership, World world)
            throws StartFailure, InterruptedException {
        try {
            Optional<String> id = membership.clusterToJoin(world);
            if (id.isPresent()) return id;
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
        throw new StartFailure(List.of("No directory of log.dirs="
                + config.storage().logDirs() + " is formatted: a node of a cluster needs the cluster's id"
                + " (barnabas storage format --cluster-id ID --config FILE)"));
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    /// The locked directory; nothing, and a problem, when it cannot be used.
    private static List<OwnedDirectory> take(
            Path metadata, LogDirectory.Identity identity, LogEnvironment environment, List<String> problems) {
        OwnedDirectory.Taking taking = OwnedDirectory.take(metadata, identity, environment);
        if (taking instanceof OwnedDirectory.Taking.Taken(OwnedDirectory directory)) return List.of(directory);
        if (taking instanceof OwnedDirectory.Taking.Refused(String reason))
            problems.add("Metadata directory " + metadata + ": " + reason);
        return List.of();
    }

    /// Log for the operator, at a start that was not preceded by an orderly stop.
    private static void tellWhatWasFound(LogDirectory directory) {
        for (String problem : directory.journalProblems()) LOG.warn("{}: {}", directory.path(), problem);
        if (directory.batchesReplayed() > 0)
            LOG.warn(
                    "{}: {} acknowledged batches were brought back from the journal, as their logs had lost them",
                    directory.path(),
                    directory.batchesReplayed());
    }

    private static void settleMoves(List<LogDirectory> directories, List<String> problems) {
        try {
            LogMove.settle(directories);
        } catch (IOException e) {
            problems.add("A partition's move between data directories cannot be ended: " + e.getMessage());
        }
    }

    private static Optional<String> clusterId(List<Path> paths, LogEnvironment environment, List<String> problems) {
        var unread = new ArrayList<String>();
        for (Path path : paths) {
            try {
                Optional<String> found = LogDirectory.clusterIdOf(path, environment);
                if (found.isPresent()) return found;
            } catch (IOException e) {
                unread.add("Data directory " + path + ": " + e.getMessage());
            }
        }
        problems.addAll(unread);
        return Optional.empty();
    }

    /// An empty metadata log knows no topics: every partition that is there would be set aside.
    void refuseLostMetadata(Path directory, Disk disk) throws IOException, StartFailure {
        if (MetadataDirectory.isIn(directory, disk)) return;
        for (LogDirectory each : directories) {
            int partitions = each.partitions().size();
            if (partitions == 0) continue;
            throw new StartFailure(List.of("The metadata log " + directory.resolve(LocalMetadataLog.DIRECTORY_NAME)
                    + " is gone, but " + each.path() + " holds " + partitions
                    + " partitions: restore it from a backup, or move the partitions away to begin an empty cluster"));
        }
    }

    /// The partitions of a broker, none of them open yet, when what lies in the directories is in agreement with the
    /// cluster's metadata.
    LocalPartitions partitions(
            BrokerConfig config, ClusterMetadata cluster, Predicate<LogDirectory> cordoned, Clock clock)
            throws StartFailure {
        int nodeId = config.node().nodeId();
        var present = new PresentPartitions(nodeId, cluster.current(), cluster.topicsDeletedBefore());
        List<String> misplaced = present.matchWith(directories, unusable, environment.disk());
        if (!misplaced.isEmpty()) throw new StartFailure(misplaced);
        var partitions = new LocalPartitions(
                nodeId, directories, cordoned, config.replication().lagTimeMillisMax(), clock);
        if (unusable.isEmpty()) return partitions;
        for (Unusable each : unusable) LOG.error("{}; what lies in it is offline until the next start", each.reason());
        partitions.homes().keepOffline(new UnusableDirectories(unusable, present.inNone(directories)));
        return partitions;
    }

    /// @param metadata `metadata.log.dir`
    Membership.Home home(Path metadata, int nodeId) {
        Uuid id = Uuid.ZERO;
        for (LogDirectory directory : directories) if (directory.path().equals(metadata)) id = directory.directoryId();
        return new Membership.Home(metadata, id, nodeId, clusterId);
    }

    @Override
    public void close() {
        for (LogDirectory directory : directories) {
            try {
                directory.close();
            } catch (IOException e) {
                LOG.error("{} was not closed cleanly", directory.path(), e);
            }
        }
        for (OwnedDirectory each : metadata) {
            try {
                each.close();
            } catch (IOException e) {
                LOG.error("The directory of the metadata log was not unlocked", e);
            }
        }
        background.shutdown();
    }
}
