package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The broker's fetch sessions: at most `max.incremental.fetch.session.cache.slots` of them. When all slots are taken,
/// a session that was not used for two minutes makes room; otherwise the client does without.
///
/// Owner: its lock, held for map operations only.
public final class FetchSessions {
    private static final int SESSIONLESS_EPOCH = -1;
    private static final int FIRST_EPOCH = 0;
    private static final long EVICTION_NANOS_MIN = TimeUnit.MINUTES.toNanos(2);
    /// Fetch versions that name topics by id.
    private static final short TOPIC_IDS_SINCE = 13;

    private final int slots;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<Integer, FetchSession> sessions = new HashMap<>();

    public FetchSessions(int slots, Clock clock, RandomGenerator random) {
        this.slots = slots;
        this.clock = clock;
        this.random = random;
    }

    /// What a request reads.
    sealed interface Opening {
        /// Everything in `set` is answered, known to the client or not.
        ///
        /// @param session the new session, null when the client does without
        record Full(FetchSet set, @Nullable FetchSession session) implements Opening {}

        /// Only news are answered.
        record Incremental(FetchSession session) implements Opening {}

        record Refused(ErrorCode error) implements Opening {}
    }

    Opening open(FetchRequest request, short version) {
        boolean topicIds = version >= TOPIC_IDS_SINCE;
        int epoch = request.sessionEpoch();
        if (epoch == SESSIONLESS_EPOCH || epoch == FIRST_EPOCH) {
            if (request.sessionId() != 0) remove(request.sessionId());
            FetchSession session = epoch == FIRST_EPOCH && partitionCount(request) > 0 ? create(topicIds) : null;
            FetchSet set = session == null ? new FetchSet() : session;
            set.update(request);
            return new Opening.Full(set, session);
        }
        FetchSession session = find(request.sessionId());
        if (session == null) return new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        if (!session.acquire()) return new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        if (session.expectedEpoch() != epoch) {
            session.release(clock.nanos());
            return new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        if (session.usesTopicIds() != topicIds) {
            session.release(clock.nanos());
            return new Opening.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        session.advanceEpoch();
        session.update(request);
        return new Opening.Incremental(session);
    }

    private static int partitionCount(FetchRequest request) {
        int count = 0;
        for (FetchRequest.FetchTopic topic : request.topics())
            count += topic.partitions().size();
        return count;
    }

    private synchronized @Nullable FetchSession find(int id) {
        return sessions.get(id);
    }

    private synchronized @Nullable FetchSession create(boolean topicIds) {
        if (sessions.size() >= slots && !evictIdle()) return null;
        int id;
        do {
            id = random.nextInt(1, Integer.MAX_VALUE);
        } while (sessions.containsKey(id));
        var session = new FetchSession(id, topicIds);
        session.acquire();
        session.advanceEpoch();
        sessions.put(id, session);
        return session;
    }

    private boolean evictIdle() {
        long now = clock.nanos();
        for (Iterator<FetchSession> each = sessions.values().iterator(); each.hasNext(); ) {
            FetchSession session = each.next();
            if (session.isInUse() || now - session.lastUsedNanos() < EVICTION_NANOS_MIN) continue;
            each.remove();
            session.close();
            return true;
        }
        return false;
    }

    private void remove(int id) {
        FetchSession removed;
        synchronized (this) {
            removed = sessions.remove(id);
        }
        if (removed != null && removed.acquire()) removed.close();
    }

    void release(FetchSession session) {
        session.release(clock.nanos());
        // Removed while this call held it: nobody else will close it.
        if (find(session.id()) != session && session.acquire()) session.close();
    }
}
