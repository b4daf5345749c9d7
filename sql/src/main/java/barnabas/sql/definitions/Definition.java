package barnabas.sql.definitions;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.types.SqlType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object that statements have made and that lives on in the definitions topic: one key for each. Every definition
/// holds all that a restart needs of it, so that objects which were dropped since do not have to be replayed.
public sealed interface Definition {
    /// Name among the objects of its kind.
    String name();

    /// 1 for a new object, one more with each change of it.
    int version();

    /// Number of the statement that made this version.
    long sequence();

    /// A stream or a table.
    ///
    /// @param query id of the query that made it; null for CREATE with columns
    record Source(
            DataSource source,
            int version,
            long sequence,
            String statement,
            @Nullable String query) implements Definition {
        @Override
        public String name() {
            return source.name();
        }
    }

    /// A query that runs on.
    ///
    /// @param properties of the session that made it
    /// @param types those of CREATE TYPE that its text may name
    /// @param reads its streams and tables, as they were when it was made
    /// @param named whether names of its state are without numbers of steps, which they have in older definitions
    record Query(
            String name,
            int version,
            long sequence,
            String statement,
            Map<String, String> properties,
            Map<String, SqlType> types,
            List<DataSource> reads,
            DataSource target,
            boolean paused,
            boolean named)
            implements Definition {
        public Query paused(boolean next, long number) {
            return new Query(name, version + 1, number, statement, properties, types, reads, target, next, named);
        }
    }

    record Type(String name, int version, long sequence, SqlType type) implements Definition {}

    /// Number of the last statement, which outlives the objects.
    record Sequence(long sequence) implements Definition {
        static final String NAME = "statements";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public int version() {
            return 1;
        }
    }
}
