package barnabas.sql.statements;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.plan.Plan;
import java.util.Set;

/// A query that runs until it is terminated.
///
/// @param id as TERMINATE takes it: `CSAS_NAME_0`
/// @param reads names of its streams and tables
public record PersistentQuery(String id, Set<String> reads, Plan.Sink sink) {
    public DataSource target() {
        return sink.target();
    }

    /// Whether the query is one of INSERT INTO and has not made its target.
    boolean inserts() {
        String name = QueryCreation.id("", target().name(), 0);
        String made = name.substring(0, name.lastIndexOf('_') + 1);
        return !id.startsWith("CSAS" + made) && !id.startsWith("CTAS" + made);
    }
}
