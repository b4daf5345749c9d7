package barnabas.replication.throttle;

import barnabas.base.Clock;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The rate limit of one side of replication, the leader's or the follower's, for the replicas that topics name.
/// As with Kafka only replicas out of sync wait for it, so that no throttle takes one out of the ISR.
///
/// Owner: the thread that applies images names replicas; any thread counts and asks.
public final class ReplicationThrottle {
    private static final String ALL = "*";

    /// Limit, and what counts for it.
    private record Limit(ByteRate rate, LongSupplier bytesPerSecond) {}

    private final int brokerId;
    private final Clock clock;
    /// Elements `partition:broker` or `*` by topic, only of topics that name some.
    private final Map<Uuid, List<String>> named = new ConcurrentHashMap<>();
    private volatile @Nullable Limit limit;

    public ReplicationThrottle(int brokerId, Clock clock) {
        this.brokerId = brokerId;
        this.clock = clock;
    }

    /// Nothing is held back before this.
    ///
    /// @param bytesPerSecond `Long.MAX_VALUE` for no limit
    public void limit(int windows, int windowSeconds, LongSupplier bytesPerSecond) {
        limit = new Limit(new ByteRate(windows, windowSeconds, clock.nanos()), bytesPerSecond);
    }

    /// @param replicas the value of `*.replication.throttled.replicas` of the topic
    public void name(Uuid topicId, List<String> replicas) {
        if (replicas.isEmpty()) named.remove(topicId);
        else named.put(topicId, List.copyOf(replicas));
    }

    public void forget(Uuid topicId) {
        named.remove(topicId);
    }

    private boolean names(Uuid topicId, int index) {
        if (named.isEmpty()) return false;
        List<String> replicas = named.get(topicId);
        return replicas != null && (replicas.contains(ALL) || replicas.contains(index + ":" + brokerId));
    }

    /// Whether a replica out of sync waits: its topic names it and more than the limit was sent or fetched.
    public boolean holdsBack(Uuid topicId, int index) {
        Limit present = limit;
        return present != null
                && names(topicId, index)
                && present.rate.exceeds(present.bytesPerSecond.getAsLong(), clock.nanos());
    }

    /// Counts bytes of a replica, in sync or not, if its topic names it.
    public void count(Uuid topicId, int index, long bytes) {
        Limit present = limit;
        if (present != null && names(topicId, index)) present.rate.record(bytes, clock.nanos());
    }
}
