package barnabas.sql.catalog;

import barnabas.sql.syntax.Query;
import org.jspecify.annotations.Nullable;

/// Windows in the keys of a topic.
///
/// @param sizeMs null for sessions
public record WindowInfo(Query.WindowKind kind, @Nullable Long sizeMs) {
    public boolean isSession() {
        return kind == Query.WindowKind.SESSION;
    }
}
