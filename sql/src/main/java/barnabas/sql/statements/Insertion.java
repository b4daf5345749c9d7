package barnabas.sql.statements;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Row;
import org.jspecify.annotations.Nullable;

/// A record of INSERT VALUES.
///
/// @param timestamp milliseconds; null for the time of the insertion
public record Insertion(
        DataSource target,
        @Nullable Row key,
        @Nullable Row value,
        @Nullable Long timestamp) {}
