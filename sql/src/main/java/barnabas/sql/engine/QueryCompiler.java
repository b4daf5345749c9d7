package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.LargeStack;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.StuckProblem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plans of queries out of their definitions, over sources as they were when the query was made.
final class QueryCompiler {
    private static final Set<String> DONE =
            Set.of("KEY_SCHEMA_ID", "VALUE_SCHEMA_ID", "PARTITIONS", "REPLICAS", "RETENTION_MS");

    private final FunctionRegistry functions;

    QueryCompiler(FunctionRegistry functions) {
        this.functions = functions;
    }

    /// @throws barnabas.sql.syntax.SqlProblem when the statement is none of this version
    PersistentQuery compiled(Definition.Query definition) {
        return LargeStack.get("sql-compiling", () -> compiledHere(definition));
    }

    private PersistentQuery compiledHere(Definition.Query definition) {
        var session = new Statements(functions, definition.properties());
        for (DataSource each : definition.reads()) session.catalog().put(each);
        Statement statement = StatementParser.stored(
                definition.statement(), name -> definition.types().get(name));
        if (statement instanceof Statement.InsertSelect) session.catalog().put(definition.target());
        session.execute(withoutDone(statement));
        PersistentQuery made = session.queries().iterator().next();
        var sink = new Plan.Sink(made.sink().input(), made.sink().values(), definition.target());
        return new PersistentQuery(definition.name(), made.reads(), sink);
    }

    /// The statement without what has had its effect when it was made, and is not checked again: the ids of schemas,
    /// which the target has, and the size of a topic that is there.
    private static Statement withoutDone(Statement statement) {
        if (!(statement instanceof Statement.CreateAs create)) return statement;
        var properties = new LinkedHashMap<>(create.properties());
        properties.keySet().removeAll(DONE);
        return new Statement.CreateAs(create.at(), create.creation(), create.name(), properties, create.query());
    }

    /// Queries that functions of jars have held up, each compiled again on a thread of its own until it can be.
    static final class HeldUp {
        private static final Logger LOG = LoggerFactory.getLogger(HeldUp.class);
        private static final long AGAIN_MILLIS = 3_000;
        private static final long AGAIN_MAX_MILLIS = 60_000;

        private final QueryCompiler compiler;
        private final ExecutorService background;
        private final Clock clock;
        private final Map<String, Definition.Query> queries = new ConcurrentHashMap<>();

        HeldUp(QueryCompiler compiler, ExecutorService background, Clock clock) {
            this.compiler = compiler;
            this.background = background;
            this.clock = clock;
        }

        /// @param ready takes the plan, unless another definition has come in this one's place
        void add(Definition.Query query, StuckProblem reason, Consumer<PersistentQuery> ready) {
            LOG.warn("Query {} does not run yet; it is tried again: {}", query.name(), reason.getMessage());
            queries.put(query.name(), query);
            background.execute(() -> compile(query, ready));
        }

        void forget(String id) {
            queries.remove(id);
        }

        /// @return false when the query is no longer held up
        boolean remove(Definition.Query query) {
            return queries.remove(query.name(), query);
        }

        private void compile(Definition.Query query, Consumer<PersistentQuery> ready) {
            try {
                long pause = AGAIN_MILLIS;
                while (true) {
                    clock.sleep(Duration.ofMillis(pause));
                    if (!query.equals(queries.get(query.name()))) return;
                    try {
                        ready.accept(compiler.compiled(query));
                        return;
                    } catch (StuckProblem e) {
                        LOG.debug("Query {} does not run yet", query.name(), e);
                    }
                    pause = Math.min(2 * pause, AGAIN_MAX_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error("The definition of query {} cannot be used and is left out", query.name(), e);
            }
        }
    }
}
