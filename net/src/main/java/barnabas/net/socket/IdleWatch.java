package barnabas.net.socket;

import java.time.Duration;

/// Detects idle connections by regular looks at their progress. Owner: the connection's event loop.
final class IdleWatch {
    /// While request memory is short, an incomplete frame has to grow by this much in this time.
    private static final long STALL_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long STALL_BYTES = 16 << 10;
    private static final long NOT_WATCHED = -1;

    enum Finding {
        MOVING,
        IDLE,
        STALLED
    }

    private final long idleMaxNanos;
    private long movedNanos;
    private long untakenBytes;
    private long stallWindowStartNanos;
    private long receivedAtWindowStart = NOT_WATCHED;

    /// @param idleMax negative for never
    IdleWatch(Duration idleMax, long nowNanos) {
        this.idleMaxNanos = idleMax.isNegative() ? Long.MAX_VALUE : idleMax.toNanos();
        this.movedNanos = nowNanos;
    }

    void moved(long nowNanos) {
        movedNanos = nowNanos;
    }

    /// @param waitsForUs the client can do nothing but wait
    /// @param stallMatters an incomplete frame is in the way of others
    /// @param receivedBytes ever
    /// @param untakenBytes that the client has yet to take; a change is a sign of life
    Finding look(long nowNanos, boolean waitsForUs, boolean stallMatters, long receivedBytes, long untakenBytes) {
        if (waitsForUs || untakenBytes != this.untakenBytes) movedNanos = nowNanos;
        this.untakenBytes = untakenBytes;
        if (nowNanos - movedNanos >= idleMaxNanos) return Finding.IDLE;
        return stallMatters ? lookForStall(nowNanos, receivedBytes) : forgetStall();
    }

    private Finding forgetStall() {
        receivedAtWindowStart = NOT_WATCHED;
        return Finding.MOVING;
    }

    private Finding lookForStall(long nowNanos, long receivedBytes) {
        boolean watched = receivedAtWindowStart != NOT_WATCHED;
        if (watched && nowNanos - stallWindowStartNanos < STALL_NANOS) return Finding.MOVING;
        boolean stalled = watched && receivedBytes - receivedAtWindowStart < STALL_BYTES;
        stallWindowStartNanos = nowNanos;
        receivedAtWindowStart = receivedBytes;
        return stalled ? Finding.STALLED : Finding.MOVING;
    }
}
