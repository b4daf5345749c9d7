package barnabas.replication;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The part that this broker's replica plays in a leader epoch. Owner: its [PartitionCore].
sealed interface Role {
    /// -1 before the first image.
    int epoch();

    /// No leader is known, or the replica has left this broker.
    record Idle(int epoch) implements Role {}

    /// Another broker leads.
    record Following(int leader, int epoch) implements Role {}

    /// This broker leads.
    ///
    /// @param startOffset the end of the log when the epoch began: a replica below it may hold records of others
    /// @param replicaCount with this broker
    /// @param isr the in-sync replicas that the controller has confirmed
    /// @param asked the change that the controller was asked for; null when none is under way
    /// @param others progress of the other replicas, by broker
    record Leading(
            int epoch,
            int partitionEpoch,
            long startOffset,
            int replicaCount,
            Set<Integer> isr,
            @Nullable IsrChange asked,
            Map<Integer, Progress> others)
            implements Role {
        Leading asking(@Nullable IsrChange change) {
            return new Leading(epoch, partitionEpoch, startOffset, replicaCount, isr, change, others);
        }

        /// True for members of the maximal ISR (KIP-966): confirmed, or asked for and perhaps confirmed already.
        boolean countsForHighWatermark(int replica) {
            return isr.contains(replica) || (asked != null && asked.isr().contains(replica));
        }

        /// A change asks for more replicas or for fewer.
        int maximalIsrSize() {
            return asked == null ? isr.size() : Math.max(isr.size(), asked.isr().size());
        }

        /// The progress of the state's other replicas. Known progress stays. A replica that the image took out
        /// of the ISR, since its broker is gone, counts again only when it has caught up.
        static Map<Integer, Progress> progressOf(
                PartitionState state, int self, @Nullable Leading before, long nowNanos) {
            if (state.replicas().size() <= 1) return Map.of();
            var others = new HashMap<Integer, Progress>();
            for (int replica : state.replicas()) {
                if (replica == self) continue;
                boolean inSync = state.inSyncReplicas().contains(replica);
                Progress progress = before == null ? null : before.others().get(replica);
                if (progress == null) progress = new Progress(inSync, nowNanos);
                else if (before != null && before.isr().contains(replica) && !inSync) progress.fellBehind();
                others.put(replica, progress);
            }
            return others;
        }
    }

    /// Progress of one follower in this epoch.
    final class Progress {
        static final long UNKNOWN = -1;

        private long endOffset = UNKNOWN;
        private long startOffset = Long.MAX_VALUE;
        private boolean everCaughtUp;
        private long caughtUpNanos;
        private long fetchedNanos;
        private long leaderEndAtFetch = Long.MAX_VALUE;

        /// @param inSync a member of the ISR has the whole of `replica.lag.time.max.ms` to show itself
        Progress(boolean inSync, long nowNanos) {
            this.everCaughtUp = inSync;
            this.caughtUpNanos = nowNanos;
        }

        long endOffset() {
            return endOffset;
        }

        boolean startsAt(long offset) {
            boolean news = startOffset != offset;
            startOffset = offset;
            return news;
        }

        long knownStart() {
            return startOffset == Long.MAX_VALUE ? UNKNOWN : startOffset;
        }

        InSyncFollower shown(int brokerId) {
            return new InSyncFollower(brokerId, startOffset, endOffset, caughtUpNanos);
        }

        /// The follower holds everything below `offset`. It was caught up at its last fetch if it has by now what the
        /// leader had then.
        void fetched(long offset, long leaderEnd, long nowNanos) {
            if (offset >= leaderEnd) caughtUpAt(nowNanos);
            else if (offset >= leaderEndAtFetch) caughtUpAt(fetchedNanos);
            endOffset = offset;
            leaderEndAtFetch = leaderEnd;
            fetchedNanos = nowNanos;
        }

        private void caughtUpAt(long nanos) {
            if (!everCaughtUp || nanos - caughtUpNanos > 0) caughtUpNanos = nanos;
            everCaughtUp = true;
        }

        /// Records at and behind `offset` are gone from the leader.
        void cutAt(long offset) {
            endOffset = Math.min(endOffset, offset);
        }

        /// As [#fetched] for a replica that may not join: it is not waited for.
        void fetchedInVain(long offset) {
            endOffset = offset;
            fellBehind();
        }

        /// The replica counts again only when it has caught up.
        void fellBehind() {
            everCaughtUp = false;
            leaderEndAtFetch = Long.MAX_VALUE;
        }

        boolean isCaughtUp(long leaderEnd, long nowNanos, long lagNanosMax) {
            return endOffset == leaderEnd || (everCaughtUp && nowNanos - caughtUpNanos <= lagNanosMax);
        }
    }
}
