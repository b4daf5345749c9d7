package barnabas.console.records;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.time.Duration;

/// The most that one request reads before it answers with what it has found so far. Owner: the request's thread.
final class Budget {
    private static final Duration TIME_MAX = Duration.ofSeconds(3);
    private static final long RECORDS_MAX = 500_000;
    private static final long BYTES_MAX = 128L << 20;
    private static final long KEPT_BYTES_MAX = 16L << 20;

    private final Deadline end;
    private long records;
    private long bytes;
    private long keptBytes;

    Budget(Clock clock) {
        this.end = Deadline.in(TIME_MAX, clock);
    }

    /// A record was looked at.
    void read(ReadRecord record) {
        records++;
        bytes += 100L + Math.max(0, record.valueBytes());
    }

    /// A record is kept until the answer.
    void keep(ReadRecord record) {
        keptBytes += record.heldBytes();
    }

    /// Whether one more may be read: a condition on a large record takes long.
    boolean isLeft() {
        return !end.passed();
    }

    long records() {
        return records;
    }

    /// The part of it that one of several partitions may use, with the ones before it.
    boolean isLeftFor(int index, int count) {
        return !end.passed()
                && records * count < RECORDS_MAX * (index + 1)
                && bytes * count < BYTES_MAX * (index + 1)
                && keptBytes * count < KEPT_BYTES_MAX * (index + 1);
    }
}
