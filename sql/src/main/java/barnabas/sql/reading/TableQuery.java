package barnabas.sql.reading;

import barnabas.sql.rows.Row;
import barnabas.sql.topology.DirectQuery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A pull query on a table: rows of some keys, or of all.
final class TableQuery implements ReadQuery {
    /// Keys between looks whether the one who asked is there.
    private static final int LOOK_AFTER = 16;

    private final Asked asked;
    private final DirectQuery query;
    private final TableView view;
    private final @Nullable List<Row> keys;
    private volatile boolean closed;

    /// @param keys null for all
    TableQuery(Asked asked, DirectQuery query, TableView view, @Nullable List<Row> keys) {
        this.asked = asked;
        this.query = query;
        this.view = view;
        this.keys = keys;
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean push() {
        return false;
    }

    @Override
    public End run(RowSink sink) throws IOException, InterruptedException {
        long left = asked.rowsMax();
        long read = 0;
        if (keys != null) return given(view.of(keys), sink, left) <= 0 ? End.LIMIT : End.COMPLETE;
        for (Map<Object, ConsumerRecord<byte[], byte[]>> each : view.all()) {
            if (closed || (++read % LOOK_AFTER == 0 && sink.isGone())) return End.CLOSED;
            left = given(List.copyOf(each.values()), sink, left);
            if (left <= 0) return End.LIMIT;
        }
        return End.COMPLETE;
    }

    private long given(List<ConsumerRecord<byte[], byte[]>> records, RowSink sink, long limit) throws IOException {
        long left = limit;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            for (Row each : rows(record)) {
                if (left <= 0) return left;
                sink.row(each);
                left--;
            }
        }
        return left;
    }

    private Iterable<Row> rows(ConsumerRecord<byte[], byte[]> record) {
        try {
            return query.rows(record);
        } catch (SerializationException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
