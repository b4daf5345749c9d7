package barnabas.sql.reading;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.sql.engine.TransientQuery;
import barnabas.sql.rows.Row;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// A push query with state: an application of its own, whose rows wait in a bounded queue. A slow reader holds the
/// application up.
final class StreamsQuery implements ReadQuery {
    private static final int ROWS_MAX = 1_000;
    private static final long POLL_MS = 500;

    private final Asked asked;
    private final Clock clock;
    private final BlockingQueue<Row> rows = new ArrayBlockingQueue<>(ROWS_MAX);
    private final TransientQuery application;
    private volatile boolean closed;

    StreamsQuery(Asked asked, Clock clock, Function<Consumer<Row>, TransientQuery> start) {
        this.asked = asked;
        this.clock = clock;
        application = start.apply(this::put);
    }

    private void put(Row row) {
        try {
            boolean taken = false;
            while (!closed && !taken) taken = rows.offer(row, POLL_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean push() {
        return true;
    }

    @Override
    public End run(RowSink sink) throws IOException, InterruptedException {
        long left = asked.rowsMax();
        try {
            var look = Deadline.inMillis(POLL_MS, clock);
            while (left > 0) {
                if (closed) return End.CLOSED;
                Row row = rows.poll(look.leftNanos(), TimeUnit.NANOSECONDS);
                if (row != null) {
                    sink.row(row);
                    left--;
                }
                if (row != null && !look.passed() && !rows.isEmpty()) continue;
                String problem = application.problem();
                if (problem != null) throw new IOException(problem);
                if (!sink.idle()) return End.CLOSED;
                look = Deadline.inMillis(POLL_MS, clock);
            }
            return End.LIMIT;
        } finally {
            close();
            application.close();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
