package barnabas.client.group;

import barnabas.client.ClientException;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A member in the consumer protocol (KIP-848): the coordinator assigns, one kind of request does everything.
/// The heartbeat thread brings the target; the consumer's thread takes it over and the next heartbeat says so.
///
/// Owner of the state: `lock`.
public final class ConsumerMembership implements Membership {
    private static final int LEAVING_EPOCH = -1;
    private static final Duration BEAT_FIRST = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final GroupLink link;
    private final GroupOptions options;
    private final List<String> topics;
    private final String memberId;
    private final Heartbeats heartbeats;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int epoch;
    private boolean sendAll = true;
    private Set<TopicPartition> owned = Set.of();
    /// Partitions that the coordinator assigned to this member and that it does not own yet.
    private @Nullable Set<TopicPartition> target;

    private @Nullable ClientException fatal;

    public ConsumerMembership(GroupLink link, GroupOptions options, Set<String> topics, RandomGenerator random) {
        this.link = link;
        this.options = options;
        this.topics = List.copyOf(new TreeSet<>(topics));
        this.memberId = randomId(random);
        this.heartbeats = new Heartbeats("group-heartbeat", Duration.ZERO, this::beat).start();
    }

    /// A version 4 UUID in the form in which Kafka's clients write theirs.
    private static String randomId(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new Uuid(high, low).toString();
    }

    @Override
    public GroupLink link() {
        return link;
    }

    @Override
    public GroupOffsets.Committer committer() {
        lock.lock();
        try {
            return new GroupOffsets.Committer(memberId, epoch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean rebalanceNeeded() throws ClientException {
        lock.lock();
        try {
            if (fatal != null) throw fatal;
            return target != null || epoch == 0;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the target over; at the beginning it waits a moment for the first answer.
    @Override
    public Optional<Set<TopicPartition>> rejoin() throws ClientException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(100);
            while (target == null && fatal == null && left > 0) left = changed.awaitNanos(left);
            if (fatal != null) throw fatal;
            var newTarget = target;
            if (newTarget == null) return Optional.empty();
            target = null;
            owned = newTarget;
            return Optional.of(newTarget);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while joining group '" + link.groupId() + "'");
        } finally {
            lock.unlock();
            heartbeats.beatNow();
        }
    }

    /// On the heartbeat thread.
    private Duration beat() {
        try {
            var response = link.connection().call(request(), ConsumerGroupHeartbeatResponse.class);
            link.check("heartbeat to group", response.errorCode(), response.errorMessage());
            accept(response);
            return Duration.ofMillis(Math.max(100, response.heartbeatIntervalMs()));
        } catch (RequestFailedException e) {
            return afterFailedBeat(e);
        } catch (ClientException e) {
            lock.lock();
            try {
                // What the last request said may not have arrived.
                sendAll = true;
            } finally {
                lock.unlock();
            }
            return RETRY;
        }
    }

    private ConsumerGroupHeartbeatRequest request() throws ClientException {
        Set<TopicPartition> partitions;
        int sendEpoch;
        boolean all;
        lock.lock();
        try {
            partitions = owned;
            sendEpoch = epoch;
            all = sendAll || epoch == 0;
            sendAll = false;
        } finally {
            lock.unlock();
        }
        var request = ConsumerGroupHeartbeatRequest.builder()
                .groupId(link.groupId())
                .memberId(memberId)
                .memberEpoch(sendEpoch)
                .topicPartitions(withIds(partitions));
        if (all) {
            request.rebalanceTimeoutMs((int) options.rebalanceTimeout().toMillis())
                    .subscribedTopicNames(topics);
        }
        return request.build();
    }

    private List<ConsumerGroupHeartbeatRequest.TopicPartitions> withIds(Set<TopicPartition> partitions)
            throws ClientException {
        var byId = new HashMap<Uuid, List<Integer>>();
        for (var each : partitions) {
            byId.computeIfAbsent(link.cluster().topic(each.topic()).id(), id -> new ArrayList<>())
                    .add(each.partition());
        }
        var result = new ArrayList<ConsumerGroupHeartbeatRequest.TopicPartitions>();
        byId.forEach((id, numbers) -> result.add(new ConsumerGroupHeartbeatRequest.TopicPartitions(id, numbers)));
        return result;
    }

    private void accept(ConsumerGroupHeartbeatResponse response) throws ClientException {
        var assignment = response.assignment();
        var newTarget = assignment == null ? null : withNames(assignment.topicPartitions());
        lock.lock();
        try {
            boolean first = epoch == 0;
            epoch = response.memberEpoch();
            if (newTarget != null && (first || !newTarget.equals(owned))) target = newTarget;
            else if (newTarget != null) target = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Topics that this client does not know by their id are asked for once; what is unknown then was deleted.
    private Set<TopicPartition> withNames(List<ConsumerGroupHeartbeatResponse.TopicPartitions> assigned)
            throws ClientException {
        var names = namesById();
        boolean missing = assigned.stream().anyMatch(each -> !names.containsKey(each.topicId()));
        if (missing) {
            link.cluster().refresh(topics, false);
            names.putAll(namesById());
        }
        var partitions = new HashSet<TopicPartition>();
        for (var each : assigned) {
            String name = names.get(each.topicId());
            if (name == null) continue;
            for (int number : each.partitions()) partitions.add(new TopicPartition(name, number));
        }
        return partitions;
    }

    private Map<Uuid, String> namesById() {
        var names = new HashMap<Uuid, String>();
        for (var topic : link.cluster().metadata().topics().values()) names.put(topic.id(), topic.name());
        return names;
    }

    private Duration afterFailedBeat(RequestFailedException failure) {
        lock.lock();
        try {
            sendAll = true;
            switch (failure.error()) {
                case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> {
                    // Others may own these partitions by now: give them up and start over.
                    epoch = 0;
                    owned = Set.of();
                    target = Set.of();
                }
                default -> {
                    if (!failure.error().retriable() && failure.error() != ErrorCode.UNRELEASED_INSTANCE_ID) {
                        fatal = failure;
                    }
                }
            }
            changed.signalAll();
            return fatal == null ? RETRY : BEAT_FIRST;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        heartbeats.close();
        lock.lock();
        try {
            if (epoch <= 0) return;
            epoch = LEAVING_EPOCH;
            owned = Set.of();
        } finally {
            lock.unlock();
        }
        try {
            var request = ConsumerGroupHeartbeatRequest.builder()
                    .groupId(link.groupId())
                    .memberId(memberId)
                    .memberEpoch(LEAVING_EPOCH)
                    .build();
            link.connection().call(request, ConsumerGroupHeartbeatResponse.class, Duration.ofSeconds(5));
        } catch (ClientException e) {
            // The coordinator notices by the session timeout.
        }
    }
}
