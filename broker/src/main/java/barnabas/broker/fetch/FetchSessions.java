package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.request.WaitCounts;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.net.Connection;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The broker's fetch sessions: at most `max.incremental.fetch.session.cache.slots` of them, with a bounded number of
/// partitions each and together. A session ends with the connection that used it last. When all slots are taken, a
/// session that was not used for two minutes makes room; otherwise the client does without, which every client can.
///
/// Owner: its lock, held for map operations only.
public final class FetchSessions implements MetricSource {
    /// Partitions that this broker does not have and that one session has ever been given: a client's view of the
    /// cluster may be old. With more the session ends.
    static final int UNKNOWN_PARTITIONS_MAX = 1_000;

    private static final int SESSIONLESS_EPOCH = -1;
    private static final int FIRST_EPOCH = 0;
    private static final long EVICTION_NANOS_MIN = TimeUnit.MINUTES.toNanos(2);

    private final int slots;
    private final MemoryBudget budget;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<Integer, FetchSession> sessions = new HashMap<>();
    /// The sessions of open connections, by the connection's id.
    private final Map<Long, Set<Integer>> byConnection = new HashMap<>();
    /// Partitions of all sessions.
    private long partitions;
    private long evictions;
    private final WaitCounts consumers = new WaitCounts();
    private final WaitCounts followers = new WaitCounts();

    public FetchSessions(int slots, MemoryBudget budget, Clock clock, RandomGenerator random) {
        this.slots = slots;
        this.budget = budget;
        this.clock = clock;
        this.random = random;
    }

    /// Session that a request reads from, or the error.
    sealed interface Opening {
        /// Everything in `set` is answered, known to the client or not.
        ///
        /// @param session the new session, null when the client does without
        record Full(FetchSet set, @Nullable FetchSession session) implements Opening {}

        /// Only news are answered.
        record Incremental(FetchSession session) implements Opening {}

        record Refused(ErrorCode error) implements Opening {}
    }

    /// Opens the session that a request names, or a new one.
    ///
    /// @param hosted whether this broker has a partition
    Opening open(FetchRequest request, short version, Connection connection, Predicate<FetchedPartition.Key> hosted) {
        boolean topicIds = version >= Fetch.TOPIC_IDS_SINCE;
        int epoch = request.sessionEpoch();
        if (epoch == SESSIONLESS_EPOCH || epoch == FIRST_EPOCH) {
            if (request.sessionId() != 0) remove(request.sessionId());
            int count = partitionCount(request);
            FetchSession session = epoch == FIRST_EPOCH && count > 0 ? create(topicIds, count, connection) : null;
            FetchSet set = session == null ? new FetchSet() : session;
            set.update(request, hosted);
            if (session == null) return new Opening.Full(set, null);
            if (keep(session)) return new Opening.Full(set, session);
            remove(session.id());
            return new Opening.Full(set, null);
        }
        FetchSession session = find(request.sessionId());
        if (session == null) return new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        if (!session.acquire()) return new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        if (session.expectedEpoch() != epoch) {
            release(session);
            return new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        if (session.usesTopicIds() != topicIds) {
            release(session);
            return new Opening.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        session.advanceEpoch();
        session.update(request, hosted);
        if (!keep(session)) {
            remove(session.id());
            release(session);
            // The client starts over with a full request, which is answered without a session.
            return new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        use(session, connection);
        return new Opening.Incremental(session);
    }

    private static int partitionCount(FetchRequest request) {
        int count = 0;
        for (FetchTopic topic : request.topics()) count += topic.partitions().size();
        return count;
    }

    /// Counts the session's partitions; false when they are more than it may have.
    private synchronized boolean keep(FetchSession session) {
        if (sessions.get(session.id()) != session) return true; // ended meanwhile, and counted no more
        partitions += session.size() - session.counted();
        session.counted(session.size());
        return session.unknownAdded() <= UNKNOWN_PARTITIONS_MAX
                && session.size() <= budget.partitionsPerSessionMax()
                && partitions <= budget.sessionPartitionsMax();
    }

    private synchronized @Nullable FetchSession find(int id) {
        return sessions.get(id);
    }

    private synchronized @Nullable FetchSession create(boolean topicIds, int count, Connection connection) {
        if (count > budget.partitionsPerSessionMax()) return null;
        while (sessions.size() >= slots || partitions + count > budget.sessionPartitionsMax()) {
            if (!evictIdle()) return null;
        }
        int id;
        do {
            id = random.nextInt(1, Integer.MAX_VALUE);
        } while (sessions.containsKey(id));
        var session = new FetchSession(id, topicIds);
        session.acquire();
        session.advanceEpoch();
        sessions.put(id, session);
        use(session, connection);
        return session;
    }

    private boolean evictIdle() {
        long now = clock.nanos();
        for (Iterator<FetchSession> each = sessions.values().iterator(); each.hasNext(); ) {
            FetchSession session = each.next();
            if (session.isInUse() || now - session.lastUsedNanos() < EVICTION_NANOS_MIN) continue;
            each.remove();
            forgotten(session);
            session.close();
            evictions++;
            return true;
        }
        return false;
    }

    /// Has the session end with this connection.
    private void use(FetchSession session, Connection connection) {
        boolean first = false;
        synchronized (this) {
            if (session.connectionId() == connection.id() || sessions.get(session.id()) != session) return;
            leaveConnection(session);
            session.connectionId(connection.id());
            Set<Integer> ids = byConnection.get(connection.id());
            if (ids == null) {
                ids = new HashSet<>();
                byConnection.put(connection.id(), ids);
                first = true;
            }
            ids.add(session.id());
        }
        // One action for each connection that ever had a session, however many sessions it opens.
        if (first) connection.onClosed(() -> connectionClosed(connection.id()));
    }

    private void connectionClosed(long connectionId) {
        Set<Integer> ids;
        synchronized (this) {
            ids = byConnection.remove(connectionId);
        }
        if (ids != null) for (int id : ids) remove(id);
    }

    private void leaveConnection(FetchSession session) {
        Set<Integer> ids = byConnection.get(session.connectionId());
        if (ids != null) ids.remove(session.id());
    }

    /// After the session left the map, under the lock.
    private void forgotten(FetchSession session) {
        partitions -= session.counted();
        session.counted(0);
        leaveConnection(session);
    }

    /// Ends a session; one that is in use when it is released.
    void remove(int id) {
        FetchSession removed;
        synchronized (this) {
            removed = sessions.remove(id);
            if (removed != null) forgotten(removed);
        }
        if (removed != null && removed.acquire()) removed.close();
    }

    void release(FetchSession session) {
        session.release(clock.nanos());
        // Removed while this call held it: no other call will close it.
        if (find(session.id()) != session && session.acquire()) session.close();
    }

    /// Counts of fetches that wait.
    WaitCounts waits(boolean ofFollower) {
        return ofFollower ? followers : consumers;
    }

    @Override
    public void read(Reading reading) {
        synchronized (this) {
            reading.add("kafka_server_fetchsessioncache_numincrementalfetchsessions", sessions.size());
            reading.add("kafka_server_fetchsessioncache_numincrementalfetchpartitionscached", partitions);
            reading.add("kafka_server_fetchsessioncache_incrementalfetchsessionevictions_total", evictions);
        }
        WaitCounts.read(reading, "Fetch", consumers, followers);
        reading.add("kafka_server_delayedfetchmetrics_expires_total", consumers.expired(), "consumer");
        reading.add("kafka_server_delayedfetchmetrics_expires_total", followers.expired(), "follower");
    }

    synchronized int count() {
        return sessions.size();
    }

    synchronized long partitions() {
        return partitions;
    }
}
