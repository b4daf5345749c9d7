package barnabas.replication;

import org.jspecify.annotations.Nullable;

/// The work that a step of [PartitionCore] leaves to its shell, in this order: publish the high watermark, end waits,
/// truncate, ask the controller.
///
/// @param highWatermark the new one, up to which waits have succeeded; -1 when it stays
/// @param epochEnded waits of the leader epoch before are fenced
/// @param truncateTo the end that the log must be cut to; -1 when it stays
/// @param isrChange a request for the controller; null for none
record Duties(
        long highWatermark,
        boolean epochEnded,
        long truncateTo,
        @Nullable IsrChange isrChange) {
    private static final long STAYS = -1;

    static final Duties NONE = new Duties(STAYS, false, STAYS, null);

    static Duties highWatermark(long offset) {
        return new Duties(offset, false, STAYS, null);
    }

    static Duties truncate(long offset) {
        return new Duties(STAYS, false, offset, null);
    }

    Duties withEpochEnded() {
        return new Duties(highWatermark, true, truncateTo, isrChange);
    }

    Duties asking(IsrChange change) {
        return new Duties(highWatermark, epochEnded, truncateTo, change);
    }

    boolean movesHighWatermark() {
        return highWatermark != STAYS;
    }
}
