package barnabas.client.consumer;

import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Delay;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.client.TopicPartition;
import barnabas.client.group.ClassicMembership;
import barnabas.client.group.ConsumerMembership;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import barnabas.client.group.GroupOptions;
import barnabas.client.group.Membership;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Reads records, from partitions that [#assign] names or from those that a group gives it ([#subscribe]). One
/// thread calls everything but [#stop]; a fetcher per broker reads ahead.
///
/// In a group, the records of a poll count as processed when the next poll begins: they are committed from time to
/// time, before partitions are revoked, and by [#close].
public final class Consumer implements AutoCloseable {
    private final Cluster cluster;
    private final ConsumerOptions options;
    private final RandomGenerator random;
    private final Positions positions;
    /// One entry per assigned partition at most, and no more bytes than [ConsumerOptions#fetchBytesMax] and
    /// one answer per broker.
    private final LinkedBlockingQueue<FetchedPartition> results = new LinkedBlockingQueue<>();
    private final Map<Integer, Fetcher> fetchers = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private @Nullable Membership membership;
    private final Delay leaderless;
    private Deadline nextCommit;
    private volatile boolean stopped;

    public Consumer(Cluster cluster, ConsumerOptions options, RandomGenerator random) {
        this.cluster = cluster;
        this.options = options;
        this.random = random;
        this.positions =
                new Positions(options.fetchBytesMax(), cluster.options().clock());
        this.leaderless = cluster.delay();
        this.nextCommit =
                Deadline.in(options.commitInterval(), cluster.options().clock());
    }

    /// Reads exactly these partitions, without a group. Those that were assigned before keep their positions.
    public void assign(Collection<TopicPartition> partitions) {
        if (membership != null) throw new IllegalStateException("a member of a group gets its partitions from it");
        positions.assign(partitions);
    }

    /// Reads as a member of a group. The partitions come with the first polls.
    public void subscribe(String groupId, Set<String> topics) throws ClientException {
        if (membership != null) throw new IllegalStateException("subscribed already");
        for (String topic : topics) cluster.topic(topic);
        var link = new GroupLink(cluster, groupId);
        membership = usesConsumerProtocol(link)
                ? new ConsumerMembership(link, options.group(), topics, random)
                : new ClassicMembership(link, options.group(), topics);
    }

    private boolean usesConsumerProtocol(GroupLink link) throws ClientException {
        if (options.group().protocol() != GroupOptions.Protocol.AUTO) {
            return options.group().protocol() == GroupOptions.Protocol.CONSUMER;
        }
        var versions = cluster.retrying(cluster.deadline(), link::connection).apiVersions();
        return versions.version(ApiKey.CONSUMER_GROUP_HEARTBEAT).isPresent()
                && versions.featureLevel("group.version") >= 1;
    }

    /// Goes on at `offset` of an assigned partition.
    public void seek(TopicPartition partition, long offset) {
        positions.seek(partition, offset);
    }

    /// The offset of the next record that [#poll] returns of a partition.
    public OptionalLong position(TopicPartition partition) {
        return positions.position(partition);
    }

    public Set<TopicPartition> assignment() {
        return positions.assigned();
    }

    /// Waits for records, for `timeout` at most. Records of a partition come in their order.
    ///
    /// @return records of one partition; none when the time has passed, [#stop] was called, or the assignment
    /// changed
    public List<ConsumerRecord> poll(Duration timeout) throws ClientException {
        var deadline = Deadline.in(timeout, cluster.options().clock());
        if (stopped) return List.of();
        takePartInGroup();
        findPositions();
        startFetchers();
        while (true) {
            FetchedPartition fetched;
            try {
                fetched = results.poll(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException("stopped while waiting for records");
            }
            if (fetched == null || fetched.isWakeUp()) return List.of();
            if (!positions.consume(fetched)) continue;
            var failure = fetched.failure();
            if (failure == null) return fetched.records();
            if (!failure.positionGone()) throw failure.reason();
            moveToFallback(Set.of(fetched.partition()), failure.reason());
        }
    }

    private void takePartInGroup() throws ClientException {
        var group = membership;
        if (group == null) return;
        if (!group.rebalanceNeeded()) {
            if (nextCommit.passed()) commit();
            return;
        }
        commitBeforeRebalance();
        var assigned = group.rejoin();
        if (assigned.isEmpty()) return;
        positions.assign(assigned.get());
        committed.keySet().retainAll(assigned.get());
    }

    /// A member that the group has removed cannot commit any more; its partitions are read again by others.
    private void commitBeforeRebalance() throws ClientException {
        try {
            commit();
        } catch (RequestFailedException e) {
            switch (e.error()) {
                case UNKNOWN_MEMBER_ID,
                        ILLEGAL_GENERATION,
                        FENCED_MEMBER_EPOCH,
                        STALE_MEMBER_EPOCH,
                        REBALANCE_IN_PROGRESS,
                        FENCED_INSTANCE_ID -> {}
                default -> throw e;
            }
        }
    }

    private void findPositions() throws ClientException {
        var missing = positions.withoutPosition();
        if (missing.isEmpty()) return;
        var group = membership;
        if (group != null) {
            var offsets = GroupOffsets.fetch(group.link());
            for (var partition : new ArrayList<>(missing)) {
                var found = offsets.get(partition);
                if (found == null) continue;
                positions.seek(partition, found.offset());
                committed.put(partition, found.offset());
                missing.remove(partition);
            }
        }
        if (missing.isEmpty()) return;
        moveToFallback(
                missing,
                new RequestFailedException(
                        "position in " + missing.iterator().next(),
                        ErrorCode.OFFSET_OUT_OF_RANGE,
                        "nothing was committed"));
    }

    private void moveToFallback(Set<TopicPartition> partitions, ClientException reason) throws ClientException {
        OffsetSpec spec = switch (options.fallback()) {
            case EARLIEST -> new OffsetSpec.Earliest();
            case LATEST -> new OffsetSpec.Latest();
            case NONE -> throw reason;
        };
        Offsets.list(cluster, partitions, spec, options.isolation())
                .forEach((partition, found) -> positions.seek(partition, found.offset()));
    }

    /// A fetcher for every broker that leads something; one that leads nothing any more sleeps.
    private void startFetchers() throws ClientException {
        RequestFailedException missing = null;
        for (var partition : positions.assigned()) {
            int leader;
            try {
                leader = cluster.leaderId(partition);
            } catch (RequestFailedException e) {
                if (!e.error().retriable()) throw e;
                missing = e;
                cluster.refresh(Set.of(partition.topic()), false);
                continue;
            }
            fetchers.computeIfAbsent(leader, id -> new Fetcher(cluster, options, id, positions, results).start());
        }
        if (missing == null) leaderless.over();
        else leaderless.failed(missing.getMessage());
    }

    /// Commits what polls have returned so far.
    public void commit() throws ClientException {
        var group = membership;
        if (group == null) return;
        nextCommit = Deadline.in(options.commitInterval(), cluster.options().clock());
        var changed = new HashMap<TopicPartition, GroupOffsets.Committed>();
        positions.all().forEach((partition, offset) -> {
            if (!offset.equals(committed.get(partition))) changed.put(partition, GroupOffsets.Committed.at(offset));
        });
        if (changed.isEmpty()) return;
        GroupOffsets.commit(group.link(), group.committer(), changed);
        changed.forEach((partition, value) -> committed.put(partition, value.offset()));
    }

    /// Ends a poll that waits, and makes all later ones return at once. Any thread.
    public void stop() {
        stopped = true;
        results.add(FetchedPartition.wakeUp());
    }

    /// Commits, leaves the group and ends the fetchers. What was returned by the last poll counts as done.
    @Override
    public void close() throws ClientException {
        positions.close();
        for (var fetcher : fetchers.values()) fetcher.join();
        var group = membership;
        if (group == null) return;
        try {
            commitBeforeRebalance();
        } finally {
            group.close();
        }
    }
}
