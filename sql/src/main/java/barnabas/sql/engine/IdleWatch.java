package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One consumer that looks at the partitions of all idle queries, so that they need not fetch themselves. A record, or
/// anything else that moves a position, wakes the queries of its partition, and the watch leaves the partition.
///
/// It also looks which groups are not stable, with one request for all: their queries have to join again, which only
/// their own polls do.
///
/// Owner of the consumer: the watch's thread.
final class IdleWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdleWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Looks without a record after which a partition is watched: its first fetch has been answered then.
    private static final int LOOKS_MIN = 2;

    private static final Duration GROUPS_EVERY = Duration.ofSeconds(3);

    /// Time after which the groups that were listed last are not known any more.
    private static final Duration GROUPS_MAX = Duration.ofSeconds(10);

    private static final Set<GroupState> NOT_STABLE =
            Set.of(GroupState.PREPARING_REBALANCE, GroupState.COMPLETING_REBALANCE, GroupState.EMPTY, GroupState.DEAD);

    /// A wait of a query whose group is looked at.
    private static final Duration REST_LONG = Duration.ofSeconds(60);

    private static final Duration REST_SHORT = Duration.ofSeconds(3);

    private static final long PAUSE_MS = 5_000;
    private static final int BYTES_MAX = 1_024;

    private static final class Idle {
        private final Map<TopicPartition, Long> positions;
        private int looks;

        private Idle(Map<TopicPartition, Long> positions) {
            this.positions = Map.copyOf(positions);
        }
    }

    private final Map<String, Object> settings;
    private final Admin admin;
    private final Clock clock;
    private final Mutex mutex = new Mutex();
    /// Guarded by `mutex`.
    private final Map<PatientConsumer, Idle> waiting = new HashMap<>();
    /// The watch's own: places from which it reads.
    private final Map<TopicPartition, Long> places = new HashMap<>();

    /// The watch's own: the list of groups that was asked for.
    private @Nullable KafkaFuture<Collection<GroupListing>> asked;

    private Deadline nextAsk;
    private volatile Deadline groupsKnown;
    private boolean longRests;

    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;

    /// @param admin of all queries; stays open
    IdleWatch(EngineConfig config, Admin admin, Clock clock, Threads threads) {
        this.admin = admin;
        nextAsk = Deadline.in(Duration.ZERO, clock);
        groupsKnown = nextAsk;
        settings = config.clientWith(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                config.serviceId() + "sql-idle-watch",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                BYTES_MAX));
        this.clock = clock;
        thread = threads.start("sql-idle-watch", this::run);
    }

    /// Watches the partitions from now on.
    ///
    /// @return whether the watch has looked at all of them, so that none of their records is missed
    boolean covers(PatientConsumer idle, Map<TopicPartition, Long> positions) {
        try (var _ = mutex.hold()) {
            Idle known = waiting.get(idle);
            if (known != null && known.positions.equals(positions)) return known.looks >= LOOKS_MIN;
            waiting.put(idle, new Idle(positions));
        }
        LockSupport.unpark(thread);
        return false;
    }

    /// End of a wait of a query that the watch covers: it is long while the watch sees when its group needs it.
    ///
    /// @param max for a consumer that has to poll more often
    Deadline rest(Duration max) {
        Duration wanted = groupsKnown.passed() ? REST_SHORT : REST_LONG;
        return Deadline.in(wanted.compareTo(max) < 0 ? wanted : max, clock);
    }

    void leave(PatientConsumer idle) {
        try (var _ = mutex.hold()) {
            waiting.remove(idle);
        }
    }

    boolean isWatching(PatientConsumer idle) {
        try (var _ = mutex.hold()) {
            return waiting.containsKey(idle);
        }
    }

    /// Number of queries that fetch nothing themselves.
    int resting() {
        try (var _ = mutex.hold()) {
            return (int) waiting.values().stream()
                    .filter(each -> each.looks >= LOOKS_MIN)
                    .count();
        }
    }

    private void run() {
        while (!closed) {
            try {
                look();
            } catch (KafkaException e) {
                if (closed) break;
                LOG.warn("Idle queries read their topics themselves for now: {}", e.toString());
                wakeAll();
                pause();
            }
        }
        end();
    }

    private void look() {
        Map<PatientConsumer, Idle> now;
        try (var _ = mutex.hold()) {
            now = new HashMap<>(waiting);
        }
        if (now.isEmpty()) {
            end();
            Deadline.in(LOOK, clock).park(this);
            return;
        }
        KafkaConsumer<byte[], byte[]> reader = reader();
        wake(assign(reader, now));
        ConsumerRecords<byte[], byte[]> records = reader.poll(LOOK);
        var moved = new HashSet<>(records.partitions());
        moved.addAll(records.nextOffsets().keySet());
        var gone = new ArrayList<PatientConsumer>();
        now.forEach((idle, known) -> {
            if (known.positions.keySet().stream().anyMatch(moved::contains)) gone.add(idle);
        });
        wake(gone);
        lookAtGroups(now.keySet());
        if (!moved.isEmpty()) return;
        try (var _ = mutex.hold()) {
            for (Idle each : now.values()) each.looks++;
        }
    }

    /// Wakes queries whose group is not stable; all when the groups are not known any more. Waits for nothing.
    private void lookAtGroups(Set<PatientConsumer> idle) {
        KafkaFuture<Collection<GroupListing>> listed = asked;
        if (listed != null && listed.isDone()) {
            asked = null;
            try {
                var unstable = new HashSet<String>();
                for (GroupListing each : listed.getNow(List.of())) unstable.add(each.groupId());
                wake(idle.stream()
                        .filter(each -> unstable.contains(each.group()))
                        .toList());
                groupsKnown = Deadline.in(GROUPS_MAX, clock);
                longRests = true;
            } catch (ExecutionException | CompletionException e) {
                LOG.debug("Groups of idle queries cannot be listed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (longRests && groupsKnown.passed()) {
            longRests = false;
            wake(List.copyOf(idle));
        }
        if (asked != null || !nextAsk.passed()) return;
        nextAsk = Deadline.in(GROUPS_EVERY, clock);
        asked = admin.listGroups(new ListGroupsOptions()
                        .inGroupStates(NOT_STABLE)
                        .timeoutMs(Math.toIntExact(GROUPS_MAX.toMillis())))
                .all();
    }

    /// Reads what the queries wait for.
    ///
    /// @return queries behind the place from which their partition is read
    private List<PatientConsumer> assign(KafkaConsumer<byte[], byte[]> reader, Map<PatientConsumer, Idle> now) {
        var wanted = new HashMap<TopicPartition, Long>();
        var behind = new ArrayList<PatientConsumer>();
        now.forEach((idle, known) -> known.positions.forEach((partition, position) -> {
            Long place = places.get(partition);
            if (place == null) wanted.merge(partition, position, Math::min);
            else if (position < place) behind.add(idle);
            else wanted.put(partition, place);
        }));
        if (wanted.equals(places)) return behind;
        Set<TopicPartition> before = new HashSet<>(places.keySet());
        reader.assign(wanted.keySet());
        places.clear();
        places.putAll(wanted);
        wanted.forEach((partition, position) -> {
            if (!before.contains(partition)) reader.seek(partition, position);
        });
        return behind;
    }

    private void wake(List<PatientConsumer> idle) {
        try (var _ = mutex.hold()) {
            idle.forEach(waiting::remove);
        }
        idle.forEach(PatientConsumer::attend);
    }

    private void wakeAll() {
        List<PatientConsumer> all;
        try (var _ = mutex.hold()) {
            all = List.copyOf(waiting.keySet());
        }
        wake(all);
        end();
    }

    private void pause() {
        var deadline = Deadline.inMillis(PAUSE_MS, clock);
        while (!closed && !deadline.passed()) deadline.park(this);
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current == null) {
            current = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = current;
            if (closed) throw new WakeupException();
        }
        return current;
    }

    private void end() {
        KafkaConsumer<byte[], byte[]> current = consumer;
        consumer = null;
        places.clear();
        if (current != null) current.close();
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) current.wakeup();
        LockSupport.unpark(thread);
    }
}
