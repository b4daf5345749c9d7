package barnabas.sql.rows;

import barnabas.sql.syntax.Names;
import barnabas.sql.types.SqlType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A column of a stream or table.
///
/// @param header name of the header for a column of one header; null for all headers and for other roles
public record Column(
        String name, SqlType type, Role role, @Nullable String header) {
    public enum Role {
        KEY,
        VALUE,
        HEADER
    }

    /// Pseudo-columns, which each source has.
    public static final String ROWTIME = "ROWTIME";

    public static final String ROWPARTITION = "ROWPARTITION";
    public static final String ROWOFFSET = "ROWOFFSET";
    public static final String WINDOWSTART = "WINDOWSTART";
    public static final String WINDOWEND = "WINDOWEND";

    public static Column key(String name, SqlType type) {
        return new Column(name, type, Role.KEY, null);
    }

    public static Column value(String name, SqlType type) {
        return new Column(name, type, Role.VALUE, null);
    }

    public static boolean isPseudo(String name) {
        return name.equals(ROWTIME) || name.equals(ROWPARTITION) || name.equals(ROWOFFSET);
    }

    public static boolean isBound(String name) {
        return name.equals(WINDOWSTART) || name.equals(WINDOWEND);
    }

    @Override
    public String toString() {
        String suffix = role == Role.VALUE ? "" : " " + role.name().toUpperCase(Locale.ROOT);
        return Names.text(name) + " " + type + suffix;
    }
}
