package barnabas.sql.expressions;

import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Columns that an expression may name; a column's index is its place in the row.
public final class Scope {
    /// @param source alias of its stream or table; null when it has none
    public record Entry(@Nullable String source, String name, SqlType type) {}

    private final List<Entry> entries;

    public Scope(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    public List<Entry> entries() {
        return entries;
    }

    int width() {
        return entries.size();
    }

    /// This scope with parameters of a lambda behind its columns.
    Scope with(List<String> parameters, List<SqlType> types) {
        var all = new ArrayList<>(entries);
        for (int i = 0; i < parameters.size(); i++) all.add(new Entry(null, parameters.get(i), types.get(i)));
        return new Scope(all);
    }

    public boolean has(Expression.Column column) {
        return !matches(column).isEmpty();
    }

    /// Index of the column. The last of two parameters with one name is meant.
    ///
    /// @param clause for messages: SELECT, WHERE, ...
    /// @throws SqlProblem when there is no such column, or several
    public int index(Expression.Column column, String clause) {
        List<Integer> found = matches(column);
        if (found.size() == 1) return found.getFirst();
        if (found.isEmpty()) {
            var names = new TreeSet<String>();
            for (Entry each : entries) names.add(each.name());
            throw new SqlProblem(
                    column.at(),
                    unknownSource(column) + clause + " column '" + column + "' cannot be resolved."
                            + (Column.isBound(column.name())
                                    ? bounds(column.name())
                                    : Names.hint(column.name(), names)));
        }
        if (entries.get(found.getLast()).source() == null) return found.getLast();
        var choices = new ArrayList<String>();
        for (int each : found)
            choices.add(entries.get(each).source() + "."
                    + Names.text(entries.get(each).name()));
        throw new SqlProblem(
                column.at(), "Column '" + column + "' is ambiguous. Could be " + String.join(" or ", choices) + ".");
    }

    private static String bounds(String name) {
        return " Window bounds column " + name + " can only be used in the SELECT of a query with WINDOW, outside of"
                + " aggregate functions.";
    }

    private String unknownSource(Expression.Column column) {
        if (column.source() == null
                || entries.stream().anyMatch(each -> column.source().equals(each.source()))) return "";
        return "'" + column.source() + "' is not a valid stream/table name or alias. ";
    }

    private List<Integer> matches(Expression.Column column) {
        var found = new ArrayList<Integer>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.name().equals(column.name())
                    && (column.source() == null || column.source().equals(entry.source()))) found.add(i);
        }
        return found;
    }
}
