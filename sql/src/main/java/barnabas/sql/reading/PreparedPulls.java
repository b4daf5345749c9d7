package barnabas.sql.reading;

import barnabas.base.Mutex;
import barnabas.sql.analysis.Projection;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.engine.EngineState;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.topology.DirectQuery;
import barnabas.sql.types.SqlType;
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

    /// The text of a query up to its key.
    private record Written(String before, Map<String, String> properties) {}

    private record Kept(EngineState state, Column key, List<ReadQuery.Output> outputs, DirectQuery direct) {
        Optional<Pull> pull(@Nullable Object value) {
            return value == null ? Optional.empty() : Optional.of(new Pull(outputs, direct, new Row(value)));
        }
    }

    /// A query of one key.
    record Pull(List<ReadQuery.Output> outputs, DirectQuery direct, Row key) {}

    private final Mutex mutex = new Mutex();
    private final Map<Form, Kept> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex
    private final Map<Written, Kept> written = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex

    /// The query, when one that differs by its key alone was analysed over the same definitions.
    Optional<Pull> find(Query query, Map<String, String> properties, EngineState state) {
        Expression.Binary where = comparison(query);
        if (where == null) return Optional.empty();
        Kept found;
        try (var _ = mutex.hold()) {
            found = kept.get(form(query, properties));
        }
        if (found == null || !found.state.equals(state)) return Optional.empty();
        return found.pull(value(query, where, found.key));
    }

    /// The query of a text that differs by its key alone from one that was analysed over the same definitions. Only
    /// the key is parsed.
    Optional<Pull> find(String text, Map<String, String> properties, EngineState state) {
        KeyedText keyed = KeyedText.of(text.strip());
        if (keyed == null) return Optional.empty();
        Kept found;
        try (var _ = mutex.hold()) {
            found = written.get(new Written(keyed.before(), properties));
        }
        if (found == null || !found.state.equals(state)) return Optional.empty();
        return found.pull(ofType(keyed.value(), found.key.type()));
    }

    /// Keeps the analysis of a query, which was carried out with its WHERE clause.
    ///
    /// @param analysis of this session
    void keep(
            Query query,
            String text,
            Map<String, String> properties,
            EngineState state,
            QueryAnalysis analysis,
            Codecs codecs) {
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
        Object value = keys.size() == 1 ? value(query, where, keys.getFirst()) : null;
        if (value == null) return;
        List<ReadQuery.Output> outputs = result.outputs().stream()
                .map(each -> new ReadQuery.Output(each.name(), each.typed().type()))
                .toList();
        var made = new Kept(state, keys.getFirst(), outputs, direct);
        Map<String, String> set = Map.copyOf(properties);
        KeyedText keyed = KeyedText.of(text);
        Written ends = keyed != null
                        && value.equals(ofType(keyed.value(), made.key.type()))
                        && endsWithKey(keyed, text, made.key, state)
                ? new Written(keyed.before(), set)
                : null;
        try (var _ = mutex.hold()) {
            put(kept, new Form(all, set), made);
            if (ends != null) put(written, ends, made);
        }
    }

    /// Whether the literal at the end is the key, and not that of a LIMIT or of a clause to come: with another literal,
    /// the text is the same query of another key.
    private static boolean endsWithKey(KeyedText keyed, String text, Column key, EngineState state) {
        KeyedText other = keyed.another();
        Query first = parsed(text, state);
        Query second = parsed(other.text(), state);
        if (first == null || second == null) return false;
        Expression.Binary where = comparison(second);
        return withoutWhere(first).equals(withoutWhere(second))
                && where != null
                && Objects.equals(value(second, where, key), ofType(other.value(), key.type()));
    }

    private static @Nullable Query parsed(String text, EngineState state) {
        String alone = text.strip();
        if (alone.endsWith(";")) alone = alone.substring(0, alone.length() - 1);
        try {
            return StatementParser.parse(alone, new Position(1, 1), state::type) instanceof Statement.Select select
                    ? select.query()
                    : null;
        } catch (SqlProblem e) {
            return null;
        }
    }

    private static <K> void put(Map<K, Kept> map, K key, Kept value) {
        map.put(key, value);
        if (map.size() > KEPT_MAX) map.remove(map.keySet().iterator().next());
    }

    /// A literal as a value of the key's type; null when it has another.
    private static @Nullable Object ofType(@Nullable Object literal, SqlType type) {
        return switch (literal) {
            case Integer number when type == SqlType.INTEGER -> number;
            case Integer number when type == SqlType.BIGINT -> Long.valueOf(number);
            case Long number when type == SqlType.BIGINT -> number;
            case String text when type == SqlType.STRING -> text;
            case null, default -> null;
        };
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
        if (!ofSource || !named.name().equals(key.name())) return null;
        return literal.type().equals(key.type()) ? literal.value() : ofType(literal.value(), key.type());
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
