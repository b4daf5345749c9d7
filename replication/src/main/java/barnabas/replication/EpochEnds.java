package barnabas.replication;

import barnabas.log.EpochEndOffset;
import java.util.OptionalInt;

/// Ends of leader epochs, as clients and followers ask for them (KIP-320, KIP-595).
public final class EpochEnds {
    private EpochEnds() {}

    /// The largest leader epoch up to `epoch` that the partition's log has, and where it ends; undefined for one
    /// that is not known yet. A leader whose log a mirror has truncated has records of the source's epochs only,
    /// which are all before those of this cluster: for a follower that still has some of these they end where the
    /// log does.
    public static EpochEndOffset of(Partition partition, int epoch) {
        EpochEndOffset end = partition.log().endOffsetOf(epoch);
        if (end.leaderEpoch() >= 0 || epoch > partition.leaderEpoch() || !partition.isLeader()) return end;
        OptionalInt latest = partition.log().latestLeaderEpoch();
        return latest.isEmpty() || latest.getAsInt() >= epoch
                ? end
                : partition.log().endOffsetOf(latest.getAsInt());
    }
}
