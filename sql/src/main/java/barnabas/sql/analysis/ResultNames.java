package barnabas.sql.analysis;

import barnabas.sql.expressions.Scope;
import barnabas.sql.syntax.Expression;
import java.util.HashSet;
import java.util.Set;

/// Names of results without an alias: that of the column or field, or `KSQL_COL_0` and so on.
final class ResultNames {
    private static final String GENERATED = "KSQL_COL_";

    private final Scope sources;
    private final Set<String> taken = new HashSet<>();
    private int next;

    /// @param sources columns of the query's streams and tables, whose names are not generated again
    ResultNames(Scope sources) {
        this.sources = sources;
        for (Scope.Entry each : sources.entries()) taken.add(each.name());
    }

    String of(Expression expression) {
        return switch (expression) {
            case Expression.Column column -> column(column);
            case Expression.Field field -> unique(field.name());
            default -> generated();
        };
    }

    /// In a join, a name that several sources have gets the alias of its source in front.
    private String column(Expression.Column column) {
        if (column.source() == null) return column.name();
        long found = sources.entries().stream()
                .filter(each -> each.name().equals(column.name()))
                .count();
        return found > 1 ? column.source() + "_" + column.name() : column.name();
    }

    private String generated() {
        while (true) {
            String name = GENERATED + next++;
            if (!taken.contains(name)) return name;
        }
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 1; !taken.add(unique); i++) unique = name + "_" + i;
        return unique;
    }
}
