package barnabas.sql.reading;

import barnabas.sql.types.SqlType;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A query whose rows go to the one who asks, ready to run.
public interface ReadQuery extends AutoCloseable {
    /// A column of its rows.
    record Output(String name, SqlType type) {}

    /// Reason for the end of the rows.
    enum End {
        /// All rows that there were have been given.
        COMPLETE,
        LIMIT,
        /// It was closed, or its reader is gone.
        CLOSED
    }

    /// Name, text and columns of a query.
    ///
    /// @param limit rows at most; null without
    record Asked(
            String id,
            String statement,
            List<Output> outputs,
            @Nullable Integer limit) {
        long rowsMax() {
            return limit == null ? Long.MAX_VALUE : limit;
        }
    }

    Asked asked();

    default String id() {
        return asked().id();
    }

    default String statement() {
        return asked().statement();
    }

    default List<Output> outputs() {
        return asked().outputs();
    }

    /// Whether rows come until it is closed.
    boolean push();

    /// Gives the rows, on the calling thread, until there are no more.
    End run(RowSink sink) throws IOException, InterruptedException;

    /// Ends it; any thread.
    @Override
    void close();
}
