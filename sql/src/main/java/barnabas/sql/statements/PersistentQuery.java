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
}
