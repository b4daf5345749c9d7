package barnabas.mirror;

import barnabas.base.Mutex;
import barnabas.client.TopicPartition;
import barnabas.protocol.Uuid;
import barnabas.replication.MirrorReplica;
import barnabas.replication.Partition;
import org.jspecify.annotations.Nullable;

/// One partition that this broker leads and copies.
///
/// Owner: `working` guards the log's changes, so that a fetcher that has lost the partition changes nothing. The rest
/// is published for the status.
final class Copy {
    private static final long PAUSE_NANOS_MIN = 50_000_000;
    private static final long PAUSE_NANOS_MAX = 10_000_000_000L;

    /// State of a copy, as the status shows it.
    ///
    /// @param problem empty when all is well
    /// @param sinceMillis wall clock when the problem began, 0 without one
    record Health(boolean stopped, String problem, long sinceMillis) {
        static final Health WELL = new Health(false, "", 0);

        boolean isWell() {
            return sinceMillis == 0;
        }
    }

    final TopicPartition name;
    final Uuid sourceId;
    final Partition partition;
    final MirrorReplica replica;
    final Mutex working = new Mutex();

    /// The fetcher that may change the log; guarded by `working`.
    private @Nullable SourceFetcher fetcher;

    /// The source decides about records that it does not have.
    volatile boolean mayTruncate;

    /// An answer has shown that the log is a part of the source's; only for a topic that is being prepared.
    volatile boolean joined;

    private volatile Health health = Health.WELL;
    private volatile long sourceEnd = -1;
    private volatile long producerIdMax = -1;
    private volatile int sourceLeaderEpoch = -1;
    private volatile long dueNanos;
    private long pauseNanos;

    Copy(TopicPartition name, Uuid sourceId, Partition partition, boolean mayTruncate, long nowNanos) {
        this.name = name;
        this.sourceId = sourceId;
        this.partition = partition;
        this.replica = new MirrorReplica(partition);
        this.mayTruncate = mayTruncate;
        this.dueNanos = nowNanos;
    }

    /// Hands the copy to a fetcher, or takes it from all of them. Waits for the change of the log that is under way.
    void give(@Nullable SourceFetcher to) {
        try (var _ = working.hold()) {
            fetcher = to;
        }
    }

    /// With `working`.
    boolean isOf(SourceFetcher asking) {
        return fetcher == asking;
    }

    CopyRules.Local local() {
        return new CopyRules.Local(
                replica.startOffset(), replica.endOffset(), replica.lastEpoch(), partition.leaderEpoch(), mayTruncate);
    }

    /// Takes the epoch of the source's leader from its metadata.
    ///
    /// @return false when a later one was named before: what says this is not up to date
    boolean leads(int leaderEpoch) {
        if (leaderEpoch < sourceLeaderEpoch) return false;
        sourceLeaderEpoch = leaderEpoch;
        return true;
    }

    /// -1 when the source does not say.
    int sourceLeaderEpoch() {
        return sourceLeaderEpoch;
    }

    void went(long end, long producerId) {
        sourceEnd = end;
        if (producerId > producerIdMax) producerIdMax = producerId;
        if (pauseNanos == 0 && health.isWell()) return;
        pauseNanos = 0;
        health = Health.WELL;
    }

    void waits(String problem, long nowNanos, long nowMillis) {
        pauseNanos = Math.min(PAUSE_NANOS_MAX, Math.max(PAUSE_NANOS_MIN, 2 * pauseNanos));
        dueNanos = nowNanos + pauseNanos;
        Health before = health;
        health = new Health(false, problem, before.isWell() ? nowMillis : before.sinceMillis);
    }

    void stops(String reason, long nowMillis) {
        health = new Health(true, reason, nowMillis);
    }

    boolean isStopped() {
        return health.stopped;
    }

    Health health() {
        return health;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - dueNanos >= 0;
    }

    long dueNanos() {
        return dueNanos;
    }

    long sourceEnd() {
        return sourceEnd;
    }

    /// Largest producer id that was copied, as far as it is known here.
    long producerIdMax() {
        long max = producerIdMax;
        for (var each : replica.producers()) max = Math.max(max, each.producerId());
        return max;
    }
}
