package barnabas.sql.reading;

import barnabas.sql.rows.Row;
import java.io.IOException;

/// Takes the rows of a query on the thread that reads them.
public interface RowSink {
    /// Takes no row: the one who asked is gone.
    RowSink NONE = new RowSink() {
        @Override
        public void row(Row row) {}

        @Override
        public boolean idle() {
            return false;
        }
    };

    void row(Row row) throws IOException;

    /// Whether the one who asked is gone, between rows that take long.
    default boolean isGone() {
        return false;
    }

    /// Called when there are no more rows for the moment.
    ///
    /// @return false when the one who asked is gone
    boolean idle() throws IOException;
}
