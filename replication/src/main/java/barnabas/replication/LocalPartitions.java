package barnabas.replication;

import barnabas.base.Clock;
import barnabas.base.CollectedFailures;
import barnabas.config.TopicConfig;
import barnabas.log.LogConfig;
import barnabas.log.RecordGate;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.directory.LogOpenings;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.replication.placement.ReplicaDirectories;
import barnabas.replication.throttle.ReplicationThrottles;
import barnabas.replication.traffic.TopicTraffics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this broker holds replicas of.
///
/// Owner: the thread that applies cluster images adds, changes and removes; all other threads only look up, without
/// a lock.
public final class LocalPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPartitions.class);

    /// A topic's partitions by index; null where this broker holds none.
    private static final class Topic {
        private final String name;
        private final @Nullable Partition[] partitions;

        private Topic(String name, @Nullable Partition[] partitions) {
            this.name = name;
            this.partitions = partitions;
        }
    }

    private final int brokerId;
    private final List<LogDirectory> directories;
    private final ReplicaDirectories homes;
    private final Map<Uuid, Topic> byId = new ConcurrentHashMap<>();
    private final Map<String, Topic> byName = new ConcurrentHashMap<>();

    /// Replicas that this broker should have and cannot open.
    private final Map<TopicPartition, Offline> offline = new ConcurrentHashMap<>();

    /// @param passes true when another attempt may succeed: nothing is damaged and no disk has failed
    private record Offline(Uuid topicId, boolean passes) {}

    /// Partitions of deleted topics that are still there.
    private final Map<Uuid, List<TopicPartition>> undeleted = new ConcurrentHashMap<>();

    private final TopicTraffics traffics = new TopicTraffics();
    private final ReplicationThrottles throttles;
    private final Elections elections;
    private final long lagMillisMax;
    private final Clock clock;
    private volatile IsrAsker isrAsker = IsrAsker.NONE;
    private volatile Gates gates = (_, _) -> null;

    /// Gates for topics whose records of producers are checked by more than the log's own rules.
    @FunctionalInterface
    public interface Gates {
        /// Null for a topic without such a check.
        @Nullable
        RecordGate of(String topic, TopicConfig.SchemaValidation wanted);
    }

    /// @param cordoned directories that get no new partitions (KIP-1066)
    /// @param lagMillisMax `replica.lag.time.max.ms`
    public LocalPartitions(
            int brokerId,
            List<LogDirectory> directories,
            Predicate<LogDirectory> cordoned,
            long lagMillisMax,
            Clock clock) {
        this.brokerId = brokerId;
        this.directories = directories;
        this.homes = new ReplicaDirectories(directories, cordoned);
        this.lagMillisMax = lagMillisMax;
        this.clock = clock;
        this.throttles = new ReplicationThrottles(brokerId, clock);
        this.elections = new Elections(clock);
    }

    public Elections elections() {
        return elections;
    }

    /// `replica.lag.time.max.ms`.
    public long lagMillisMax() {
        return lagMillisMax;
    }

    /// Limits of the traffic between replicas.
    public ReplicationThrottles throttles() {
        return throttles;
    }

    /// Counters of what is appended and sent.
    public TopicTraffics traffics() {
        return traffics;
    }

    /// Sets the way to the controller for leaders with followers; before the first partition is hosted.
    public void askWith(IsrAsker asker) {
        isrAsker = asker;
    }

    /// Directories of `log.dirs`, also those that cannot be used.
    public ReplicaDirectories homes() {
        return homes;
    }

    /// Sets the checks of producers' records; before the first partition is hosted.
    public void guardWith(Gates chosen) {
        gates = chosen;
    }

    private LogConfig logConfig(String topic, TopicConfig config) {
        return LogConfigs.of(config, gates.of(topic, config.validation()));
    }

    public int brokerId() {
        return brokerId;
    }

    /// True when this broker should have the replica, but its log is damaged or its directory has failed: the
    /// protocol calls it an offline replica, and requests for its records get KAFKA_STORAGE_ERROR.
    public boolean isOffline(String topic, int index) {
        Partition present = find(topic, index);
        return present == null
                ? offline.containsKey(new TopicPartition(topic, index))
                : present.log().failure().isPresent();
    }

    /// Likewise by topic id.
    public boolean isOffline(Uuid topicId, int index) {
        Partition present = find(topicId, index);
        if (present != null) return present.log().failure().isPresent();
        for (var each : offline.entrySet())
            if (each.getValue().topicId().equals(topicId) && each.getKey().partition() == index) return true;
        return false;
    }

    /// Replicas that this broker should have and cannot open.
    public int offlineCount() {
        return offline.size();
    }

    public @Nullable Partition find(Uuid topicId, int index) {
        return at(byId.get(topicId), index);
    }

    public @Nullable Partition find(String topic, int index) {
        return at(byName.get(topic), index);
    }

    private static @Nullable Partition at(@Nullable Topic topic, int index) {
        return topic == null || index < 0 || index >= topic.partitions.length ? null : topic.partitions[index];
    }

    public Collection<Partition> all() {
        var all = new ArrayList<Partition>();
        for (Topic topic : byId.values()) {
            for (Partition partition : topic.partitions) {
                if (partition != null) all.add(partition);
            }
        }
        return all;
    }

    /// A replica that this broker should have.
    ///
    /// @param replaceable whether others have everything that was committed and this replica counts for nothing: a
    ///     damaged log is then replaced by a copy of the leader's
    /// @param directory that the controller has it in; null where it does not know
    public record Replica(
            TopicPartition name,
            Uuid topicId,
            PartitionState state,
            TopicConfig config,
            boolean replaceable,
            @Nullable Uuid directory) {}

    /// Opens the log of a replica, creating it when it is missing, or gives an open one its new leader.
    public void host(Replica replica) {
        TopicPartition name = replica.name();
        Partition present = find(replica.topicId(), name.partition());
        if (present != null) {
            present.become(replica.state());
            return;
        }
        if (isAway(replica)) return;
        Optional<Partition> opened = opened(
                replica,
                homes.directoryFor(name, _ -> 0)
                        .openLog(name, replica.topicId(), logConfig(name.topic(), replica.config())));
        opened.ifPresent(partition -> put(replica.topicId(), List.of(partition)));
    }

    /// As [#host] for each, but several logs are opened at a time.
    ///
    /// @param openings may hold nothing yet
    public void hostAll(List<Replica> replicas, LogOpenings openings) {
        // many logs of a topic share one configuration
        var configs = new IdentityHashMap<TopicConfig, LogConfig>();
        for (Replica replica : replicas) {
            if (find(replica.topicId(), replica.name().partition()) != null || isAway(replica)) continue;
            LogDirectory directory = homes.directoryFor(replica.name(), openings::countMissing);
            TopicConfig wanted = replica.config();
            LogConfig config = wanted.validation().isOff()
                    ? configs.computeIfAbsent(wanted, each -> LogConfigs.of(each, null))
                    : logConfig(replica.name().topic(), wanted);
            openings.add(directory, replica.name(), replica.topicId(), config);
        }
        Map<TopicPartition, LogOpening> opened = openings.open();
        var added = new LinkedHashMap<Uuid, List<Partition>>();
        for (Replica replica : replicas) {
            if (Thread.currentThread().isInterrupted()) return;
            LogOpening opening = opened.get(replica.name());
            if (opening == null) host(replica);
            else
                opened(replica, opening)
                        .ifPresent(partition -> added.computeIfAbsent(replica.topicId(), _ -> new ArrayList<>())
                                .add(partition));
        }
        added.forEach(this::put);
    }

    /// True for a replica that stays offline, as its log lies in a directory that is not here now.
    private boolean isAway(Replica replica) {
        boolean irreplaceable =
                !replica.replaceable() && replica.state().replicas().size() > 1;
        if (!homes.isAway(replica.topicId(), replica.name(), replica.directory(), irreplaceable)) return false;
        var away = new Offline(replica.topicId(), false);
        if (!away.equals(offline.put(replica.name(), away)))
            LOG.error("{} is offline: it was in a directory that is not here: {}", replica.name(), replica.directory());
        return true;
    }

    /// The partition of a log that could be opened.
    private Optional<Partition> opened(Replica replica, LogOpening opening) {
        TopicPartition name = replica.name();
        Uuid topicId = replica.topicId();
        var damage = opening.damage();
        if (damage.isPresent() && replica.replaceable()) return opened(replica, emptied(replica, damage.get()));
        if (opening instanceof LogOpening.Opened(PartitionLog log, LogOpening.Recovery recovery)) {
            logRecovery(log, recovery);
            if (damage.isPresent()) logDoubt(damage.get());
            offline.remove(name);
            throttles.configure(topicId, replica.config().replication());
            int minInSyncReplicas = replica.config().replication().minInsyncReplicas();
            Partition partition =
                    Partition.of(brokerId, topicId, log, replica.state(), minInSyncReplicas, lagMillisMax, clock);
            partition.traffic().countIn(traffics);
            partition.askWith(isrAsker);
            return Optional.of(partition);
        }
        boolean passes = opening instanceof LogOpening.Failed failed && failed.passes();
        boolean known = new Offline(topicId, passes).equals(offline.put(name, new Offline(topicId, passes)));
        if (known) return Optional.empty();
        switch (opening) {
            case LogOpening.Opened _ -> throw new IllegalStateException("bug: " + name + " is open and offline");
            case LogOpening.Damaged damaged ->
                LOG.error(
                        "{} stays offline: {} is damaged at byte {} (offset {}): {}",
                        name,
                        damaged.file(),
                        damaged.position(),
                        damaged.offset(),
                        damaged.reason());
            case LogOpening.Failed(var _, IOException cause) -> {
                if (passes) LOG.warn("{} is offline and is tried again: {}", name, cause.toString());
                else LOG.error("{} stays offline", name, cause);
            }
        }
        return Optional.empty();
    }

    /// Deletes a damaged log and opens an empty one in its place.
    private LogOpening emptied(Replica replica, LogOpening.Damaged damaged) {
        TopicPartition name = replica.name();
        LogDirectory directory = homes.directoryFor(name, _ -> 0);
        LOG.error(
                "{} is deleted and copied from its leader {} again: {} is damaged at byte {} (offset {}): {}",
                name,
                replica.state().leaderId(),
                damaged.file(),
                damaged.position(),
                damaged.offset(),
                damaged.reason());
        try {
            directory.deleteLog(name);
        } catch (IOException e) {
            return new LogOpening.Failed(name, e);
        }
        return directory.openLog(name, replica.topicId(), logConfig(name.topic(), replica.config()));
    }

    private static void logDoubt(LogOpening.Damaged batch) {
        LOG.warn(
                "{}: the batch at byte {} of {} (offset {}) has {}; what its header says of its producer is taken",
                batch.partition(),
                batch.position(),
                batch.file(),
                batch.offset(),
                batch.reason());
    }

    private static void logRecovery(PartitionLog log, LogOpening.Recovery recovery) {
        if (recovery.lostSegments() > 0) {
            LOG.warn(
                    "{}: a power cut left a gap at offset {}, before {} segments; the log ends there now ({} bytes"
                            + " cut, kept as *.log.cut)",
                    log.partition(),
                    log.logEndOffset(),
                    recovery.lostSegments(),
                    recovery.cutBytes());
        } else if (recovery.cutBytes() > 0) {
            LOG.warn(
                    "{}: cut {} bytes at offset {}, an unfinished write; they are kept beside the segment",
                    log.partition(),
                    recovery.cutBytes(),
                    log.logEndOffset());
        }
    }

    public List<LogDirectory> directories() {
        return directories;
    }

    /// Id of the directory that a replica lies in; null while it moves to another one.
    public @Nullable Uuid directoryIdOf(Partition partition) {
        LogDirectory holder = directoryOf(partition);
        return holder == null ? null : holder.directoryId();
    }

    /// Null for a partition that is closed meanwhile.
    public @Nullable LogDirectory directoryOf(Partition partition) {
        if (directories.size() == 1) return directories.getFirst();
        PartitionLog log = partition.log();
        for (LogDirectory each : directories) if (each.log(log.partition()).orElse(null) == log) return each;
        return null;
    }

    /// Makes partitions of one topic visible.
    private void put(Uuid topicId, List<Partition> added) {
        Topic before = byId.get(topicId);
        int length = before == null ? 0 : before.partitions.length;
        for (Partition partition : added)
            length = Math.max(length, partition.topicPartition().partition() + 1);
        @Nullable
        Partition[] partitions =
                before == null ? new @Nullable Partition[length] : Arrays.copyOf(before.partitions, length);
        for (Partition partition : added) partitions[partition.topicPartition().partition()] = partition;
        var topic = new Topic(added.getFirst().topicPartition().topic(), partitions);
        byId.put(topicId, topic);
        byName.put(topic.name, topic);
    }

    public void configure(Uuid topicId, TopicConfig config) {
        Topic topic = byId.get(topicId);
        if (topic == null) return;
        throttles.configure(topicId, config.replication());
        LogConfig logConfig = logConfig(topic.name, config);
        for (Partition partition : topic.partitions) {
            if (partition == null) continue;
            boolean turns = partition.log().config().mirrored() != logConfig.mirrored();
            partition.log().reconfigure(logConfig);
            if (turns) partition.become(partition.state());
            partition.minInSyncReplicas(config.replication().minInsyncReplicas());
        }
    }

    /// Replicas that could not be opened for a reason that passes: [#host] may succeed now.
    public Map<TopicPartition, Uuid> retryable() {
        var found = new TreeMap<TopicPartition, Uuid>();
        offline.forEach((name, each) -> {
            if (each.passes()) found.put(name, each.topicId());
        });
        return found;
    }

    /// Closes a replica that has left this broker and deletes its log. One that cannot be deleted stays until the next
    /// start: the replica may come back before.
    public void leave(Uuid topicId, TopicPartition name) {
        offline.computeIfPresent(name, (_, each) -> each.topicId().equals(topicId) ? null : each);
        Topic topic = byId.get(topicId);
        Partition partition = at(topic, name.partition());
        if (topic == null || partition == null) return;
        @Nullable Partition[] left = topic.partitions.clone();
        left[name.partition()] = null;
        var remaining = new Topic(topic.name, left);
        byId.put(topicId, remaining);
        byName.replace(topic.name, topic, remaining);
        partition.close();
        delete(List.of(name), topicId);
    }

    /// Takes a deleted topic out of service; waits for it are fenced. Partitions that could not be opened go too.
    public void remove(Uuid topicId) {
        var names = new ArrayList<TopicPartition>();
        offline.forEach((name, each) -> {
            if (each.topicId().equals(topicId)) names.add(name);
        });
        names.forEach(offline::remove);
        throttles.forget(topicId);
        Topic topic = byId.remove(topicId);
        if (topic != null) {
            byName.remove(topic.name, topic);
            traffics.deleted(topic.name);
            for (Partition partition : topic.partitions) {
                if (partition == null) continue;
                partition.close();
                names.add(partition.topicPartition());
            }
        }
        if (!delete(names, topicId)) undeleted.put(topicId, List.copyOf(names));
    }

    /// Deletes what could not be deleted when its topic was, as when a directory could not be renamed on a full disk.
    public void retryDeletions() {
        undeleted.entrySet().removeIf(each -> delete(each.getValue(), each.getKey()));
    }

    private boolean delete(List<TopicPartition> names, Uuid topicId) {
        boolean all = true;
        for (LogDirectory directory : directories) {
            if (names.stream().noneMatch(directory::holds)) continue;
            try {
                directory.deleteLogs(names, topicId);
            } catch (IOException e) {
                // what lies in a directory out of service goes with the next start
                all &= directory.failure().isPresent();
                LOG.error(
                        "Partitions of the deleted topic {} in {} could not be deleted", topicId, directory.path(), e);
            }
        }
        return all;
    }

    /// Writes down how far each partition is committed.
    public void checkpointHighWatermarks() throws IOException {
        var failures = new CollectedFailures();
        for (LogDirectory directory : directories) {
            if (directory.failure().isPresent()) continue;
            var offsets = new HashMap<TopicPartition, Long>();
            for (PartitionLog log : directory.logs()) {
                Partition partition =
                        find(log.partition().topic(), log.partition().partition());
                if (partition != null) offsets.put(log.partition(), partition.highWatermark());
            }
            failures.attempt(() -> directory.checkpointHighWatermarks(offsets));
        }
        failures.rethrow();
    }
}
