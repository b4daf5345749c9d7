package barnabas.sql.plan;

import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.expressions.Scope;
import barnabas.sql.formats.Format;
import barnabas.sql.types.SqlType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Form of the rows of a plan's step.
///
/// @param keys columns of the key, in the key's order
/// @param visible places of the columns that `*` means
/// @param window windows in the key; null without
public record Shape(
        Scope scope,
        boolean table,
        List<Key> keys,
        List<Integer> visible,
        @Nullable WindowInfo window,
        Formats formats) {

    /// @param places columns of the scope that hold this part of the key; the first is preferred
    /// @param label text for messages
    /// @param texts expressions that are this part of the key, with the sources of their columns
    public record Key(String label, SqlType type, Set<Integer> places, Set<String> texts) {
        public Key(String label, SqlType type, Set<Integer> places) {
            this(label, type, places, Set.of());
        }
    }

    /// Formats of the leftmost source, which a result inherits.
    public record Formats(Format key, Format value, Format.Options options) {}

    public List<SqlType> keyTypes() {
        return keys.stream().map(Key::type).toList();
    }

    public List<SqlType> types() {
        return scope.entries().stream().map(Scope.Entry::type).toList();
    }

    public int width() {
        return scope.entries().size();
    }
}
