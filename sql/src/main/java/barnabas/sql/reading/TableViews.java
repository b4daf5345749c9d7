package barnabas.sql.reading;

import barnabas.base.Clock;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.topology.DirectQuery;
import java.util.HashMap;
import java.util.Map;

/// Views of the tables that pull queries have asked for lately.
final class TableViews implements AutoCloseable {
    private static final int VIEWS_MAX = 64;

    private final Map<String, Object> client;
    private final Clock clock;
    private final Threads threads;
    private final long bytesMax;
    private final Mutex mutex = new Mutex();
    private final Map<Key, TableView> views = new HashMap<>();

    /// @param bytesMax of one view
    TableViews(Map<String, Object> client, Clock clock, Threads threads, long bytesMax) {
        this.client = client;
        this.clock = clock;
        this.threads = threads;
        this.bytesMax = bytesMax;
    }

    /// The hash of a whole table takes long.
    private record Key(DataSource table) {
        @Override
        public int hashCode() {
            return table.name().hashCode();
        }
    }

    TableView of(DirectQuery query) {
        DataSource table = query.source();
        var key = new Key(table);
        try (var _ = mutex.hold()) {
            TableView found = views.get(key);
            if (found != null && !found.hasEnded()) return found;
            views.values().removeIf(TableView::hasEnded);
            if (views.size() >= VIEWS_MAX)
                throw new SqlProblem("Pull queries have asked for " + VIEWS_MAX
                        + " tables within ten minutes, which is the limit of a server.");
            var made = new TableView(query, new TopicRead(client, table.topic(), true), clock, bytesMax);
            threads.start("sql-view-" + table.name(), made::keepUp);
            views.put(key, made);
            return made;
        }
    }

    @Override
    public void close() {
        try (var _ = mutex.hold()) {
            views.values().forEach(TableView::close);
        }
    }
}
