package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.sql.definitions.Definition;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.types.StuckProblem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Queries that functions of jars have held up, each compiled again on a thread of its own until it can be.
final class HeldUpQueries {
    private static final Logger LOG = LoggerFactory.getLogger(HeldUpQueries.class);
    private static final long AGAIN_MILLIS = 3_000;
    private static final long AGAIN_MAX_MILLIS = 60_000;

    private final QueryCompiler compiler;
    private final ExecutorService background;
    private final Clock clock;
    private final Map<String, Definition.Query> queries = new ConcurrentHashMap<>();

    HeldUpQueries(QueryCompiler compiler, ExecutorService background, Clock clock) {
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
                pause(pause, clock);
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

    static void pause(long millis, Clock clock) throws InterruptedException {
        var deadline = Deadline.inMillis(millis, clock);
        while (!deadline.passed()) {
            deadline.park(HeldUpQueries.class);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }
}
