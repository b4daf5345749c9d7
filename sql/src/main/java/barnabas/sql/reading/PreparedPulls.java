package barnabas.sql.reading;

import barnabas.base.Mutex;
import barnabas.sql.analysis.Projection;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.engine.EngineState;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Query;
import barnabas.sql.topology.DirectQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Analyses of pull queries for one row of a table by its key, of which only the key differs: `SELECT … WHERE key =
/// 'value';`. They hold until a definition changes. Safe for use by many threads.
final class PreparedPulls {
    private static final int KEPT_MAX = 200;

    /// A query without its key.
    private record Form(Query query, Map<String, String> properties) {}

    private record Kept(EngineState state, Column key, List<ReadQuery.Output> outputs, DirectQuery direct) {}

    /// A query of one key.
    record Pull(List<ReadQuery.Output> outputs, DirectQuery direct, Row key) {}

    private final Mutex mutex = new Mutex();
    private final Map<Form, Kept> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex

    /// The query, when one that differs by its key alone was analysed over the same definitions.
    Optional<Pull> find(Query query, Map<String, String> properties, EngineState state) {
        Expression.Binary where = comparison(query);
        if (where == null) return Optional.empty();
        Kept found;
        try (var _ = mutex.hold()) {
            found = kept.get(form(query, properties));
        }
        if (found == null || !found.state.equals(state)) return Optional.empty();
        Object value = value(query, where, found.key);
        return value == null ? Optional.empty() : Optional.of(new Pull(found.outputs, found.direct, new Row(value)));
    }

    /// Keeps the analysis of a query, which was carried out with its WHERE clause.
    ///
    /// @param analysis of this session
    void keep(Query query, Map<String, String> properties, EngineState state, QueryAnalysis analysis, Codecs codecs) {
        Expression.Binary where = comparison(query);
        if (where == null) return;
        Query all = withoutWhere(query);
        QueryAnalysis.Result result = analysis.analyse(all, null);
        DirectQuery direct = DirectQuery.of(
                        result.plan(),
                        result.outputs().stream().map(Projection.Output::typed).toList(),
                        codecs)
                .orElse(null);
        if (direct == null || !direct.source().isTable()) return;
        List<Column> keys = direct.source().schema().keys();
        if (keys.size() != 1 || value(query, where, keys.getFirst()) == null) return;
        List<ReadQuery.Output> outputs = result.outputs().stream()
                .map(each -> new ReadQuery.Output(each.name(), each.typed().type()))
                .toList();
        try (var _ = mutex.hold()) {
            kept.put(new Form(all, Map.copyOf(properties)), new Kept(state, keys.getFirst(), outputs, direct));
            if (kept.size() > KEPT_MAX) kept.remove(kept.keySet().iterator().next());
        }
    }

    private static Expression.@Nullable Binary comparison(Query query) {
        return query.emit() == Query.Emit.NONE
                        && query.from() instanceof Query.Relation.Named
                        && query.clauses().where() instanceof Expression.Binary binary
                        && binary.operator() == Expression.Operator.EQUAL
                ? binary
                : null;
    }

    /// The value that the key is compared with, of its own type; null without one.
    private static @Nullable Object value(Query query, Expression.Binary where, Column key) {
        boolean turned = where.left() instanceof Expression.Literal;
        Expression column = turned ? where.right() : where.left();
        if (!(column instanceof Expression.Column named)
                || !((turned ? where.left() : where.right()) instanceof Expression.Literal literal)) return null;
        boolean ofSource = named.source() == null
                || (query.from() instanceof Query.Relation.Named from && Objects.equals(named.source(), from.alias()));
        return ofSource && named.name().equals(key.name()) && literal.type().equals(key.type())
                ? literal.value()
                : null;
    }

    private static Form form(Query query, Map<String, String> properties) {
        return new Form(withoutWhere(query), properties);
    }

    private static Query withoutWhere(Query query) {
        Query.Clauses clauses = query.clauses();
        return new Query(
                query.at(),
                query.items(),
                query.from(),
                query.window(),
                new Query.Clauses(null, clauses.groupBy(), clauses.partitionBy(), clauses.having()),
                query.emit(),
                query.limit());
    }
}
