package barnabas.sql.reading;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.sql.analysis.Projection;
import barnabas.sql.analysis.PullRules;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.Catalog;
import barnabas.sql.engine.EngineConfig;
import barnabas.sql.engine.EngineState;
import barnabas.sql.engine.PropertyNames;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.engine.TransientQuery;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.topology.DirectQuery;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// SELECT for the one who asks: push queries (EMIT CHANGES) and pull queries.
public final class Reading implements AutoCloseable {
    private static final int QUERIES_MAX = 200;
    private static final int APPLICATIONS_MAX = 20;
    private static final String SCANS = "ksql.query.pull.table.scan.enabled";

    private final SqlEngine engine;
    private final Clock clock;
    private final TableViews views;
    private final String run;
    private final long viewBytesMax;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger applications = new AtomicInteger();
    private final PreparedPulls pulls = new PreparedPulls();
    private final Map<String, ReadQuery> open = new ConcurrentHashMap<>();
    private volatile @Nullable Known known;

    /// @param catalog made once for many queries, which do not change it
    private record Known(EngineState state, Catalog catalog) {}

    /// @param run text that no other run of a server has, for the ids of queries
    /// @param viewBytesMax of the copy of one table that pull queries read, and of the state of one that computes
    public Reading(SqlEngine engine, Clock clock, Threads threads, String run, long viewBytesMax) {
        this.engine = engine;
        this.clock = clock;
        this.run = run;
        this.viewBytesMax = viewBytesMax;
        views = new TableViews(engine.config().client(), clock, threads, viewBytesMax);
    }

    /// The queries that are open.
    public Collection<ReadQuery> queries() {
        return open.values();
    }

    /// @return false when there is no such query
    public boolean close(String id) {
        ReadQuery found = open.get(id);
        if (found == null) return false;
        found.close();
        return true;
    }

    /// Prepares a query. The caller runs it and then hands it back with [#ended].
    ///
    /// @throws SqlProblem when it cannot be run
    public ReadQuery query(Statement.Select select, String text, Map<String, String> properties) {
        count();
        try {
            return prepared(select, text, properties);
        } catch (RuntimeException | Error e) {
            queries.decrementAndGet();
            throw e;
        }
    }

    /// A query whose text differs by its key alone from one that has run, and is not parsed. The caller runs it and
    /// hands it back with [#ended].
    ///
    /// @param text without variables to be put in, or with names of them
    public Optional<ReadQuery> repeated(String text, Map<String, String> properties) {
        PreparedPulls.Pull found = pulls.find(text, properties, engine.state()).orElse(null);
        if (found == null) return Optional.empty();
        count();
        try {
            return Optional.of(opened(pull(found, text.strip(), null)));
        } catch (RuntimeException | Error e) {
            queries.decrementAndGet();
            throw e;
        }
    }

    /// Counts a query before it is opened, which takes a moment: many may come at once.
    private void count() {
        if (queries.incrementAndGet() <= QUERIES_MAX) return;
        queries.decrementAndGet();
        throw new SqlProblem("The server has " + QUERIES_MAX + " open queries, which is its limit. Close some.");
    }

    private TableQuery pull(PreparedPulls.Pull prepared, String text, @Nullable Integer limit) {
        var asked = new ReadQuery.Asked(id(false), text, prepared.outputs(), limit);
        return new TableQuery(asked, prepared.direct(), views.of(prepared.direct()), List.of(prepared.key()));
    }

    private ReadQuery prepared(Statement.Select select, String text, Map<String, String> properties) {
        Query query = select.query();
        PullRules.check(query);
        EngineState state = engine.state();
        PreparedPulls.Pull prepared = pulls.find(query, properties, state).orElse(null);
        if (prepared != null) return opened(pull(prepared, text, query.limit()));
        var analysis = new QueryAnalysis(catalog(state), engine.functions().with(properties));
        QueryAnalysis.Result result = analysis.analyse(query, null);
        List<Typed> values =
                result.outputs().stream().map(Projection.Output::typed).toList();
        List<ReadQuery.Output> outputs = result.outputs().stream()
                .map(each -> new ReadQuery.Output(each.name(), each.typed().type()))
                .toList();
        boolean push = query.emit() != Query.Emit.NONE;
        var asked = new ReadQuery.Asked(id(push), text, outputs, query.limit());
        Optional<DirectQuery> direct = DirectQuery.of(result.plan(), values, engine.codecs());
        ReadQuery made;
        if (push) made = push(asked, direct.orElse(null), result.plan(), values, query, properties);
        else if (direct.isPresent()) made = pull(asked, direct.get(), query, properties);
        else made = computed(asked, result.plan(), values, query, properties);
        if (made instanceof TableQuery) pulls.keep(query, text, properties, state, analysis, engine.codecs());
        return opened(made);
    }

    private String id(boolean push) {
        return (push ? "transient_" : "pull_") + run + "_" + next.incrementAndGet();
    }

    private ReadQuery opened(ReadQuery query) {
        open.put(query.id(), query);
        return query;
    }

    private Catalog catalog(EngineState state) {
        Known last = known;
        if (last == null || !last.state().equals(state)) known = last = new Known(state, state.catalog());
        return last.catalog();
    }

    /// Forgets a query that has run.
    public void ended(ReadQuery query) {
        boolean counts =
                query instanceof StreamsQuery || query instanceof FollowedQuery || query instanceof ComputedQuery;
        if (open.remove(query.id()) == null) return;
        queries.decrementAndGet();
        if (counts) applications.decrementAndGet();
    }

    private ReadQuery push(
            ReadQuery.Asked asked,
            @Nullable DirectQuery direct,
            Plan plan,
            List<Typed> values,
            Query query,
            Map<String, String> properties) {
        boolean earliest = PropertyNames.reset(properties).equalsIgnoreCase("earliest");
        if (direct != null) {
            var topic = new TopicRead(engine.config().client(), direct.source().topic(), earliest);
            return new LogQuery(asked, direct, topic, true);
        }
        if (FollowedQuery.takes(plan) && !PullRules.readsPlaces(query)) {
            return counted(() -> new FollowedQuery(
                    asked,
                    work(plan, values),
                    new MergedTopics(
                            engine.config().client(),
                            plan.topics(),
                            earliest ? MergedTopics.Part.ALL : MergedTopics.Part.FUTURE)));
        }
        return counted(() -> new StreamsQuery(
                asked,
                clock,
                rows -> TransientQuery.start(
                        engine.transientPlace(), asked.id(), asked.statement(), plan, values, properties, rows)));
    }

    private ReadQuery counted(Supplier<ReadQuery> query) {
        if (applications.incrementAndGet() > APPLICATIONS_MAX) {
            applications.decrementAndGet();
            throw new SqlProblem("The server has " + APPLICATIONS_MAX
                    + " open queries that join or aggregate, which is its limit. Close some.");
        }
        try {
            return query.get();
        } catch (RuntimeException | Error e) {
            applications.decrementAndGet();
            throw e;
        }
    }

    /// A pull query that joins or aggregates reads all of its topics.
    private ReadQuery computed(
            ReadQuery.Asked asked, Plan plan, List<Typed> values, Query query, Map<String, String> properties) {
        PullRules.checkComputed(query);
        if (plan.readsTables() && !scans(properties))
            throw new SqlProblem(
                    query.at(),
                    "The query reads all rows of tables. If it is meant, enable table scans with SET '" + SCANS
                            + "'='true'; or add EMIT CHANGES for a push query.");
        EngineConfig config = engine.config();
        var work = work(plan, values);
        return counted(() -> new ComputedQuery(
                asked, work, new MergedTopics(config.client(), plan.topics(), MergedTopics.Part.PRESENT)));
    }

    private ComputedQuery.Work work(Plan plan, List<Typed> values) {
        return new ComputedQuery.Work(
                plan, values, engine.codecs(), engine.config().directory(), viewBytesMax);
    }

    private static boolean scans(Map<String, String> properties) {
        return Boolean.parseBoolean(properties.getOrDefault(SCANS, "false"));
    }

    private ReadQuery pull(ReadQuery.Asked asked, DirectQuery direct, Query query, Map<String, String> properties) {
        if (!direct.source().isTable()) {
            var topic = new TopicRead(engine.config().client(), direct.source().topic(), true);
            return new LogQuery(asked, direct, topic, false);
        }
        List<Row> keys = KeyBounds.of(
                        query.clauses().where(), direct.source().schema().keys(), engine.functions())
                .orElse(null);
        if (keys == null && !scans(properties))
            throw new SqlProblem(
                    query.at(),
                    (query.clauses().where() == null
                                    ? "Missing WHERE clause."
                                    : "WHERE clause missing key column for disjunct: "
                                            + query.clauses().where() + ".")
                            + " Pull queries require a WHERE clause that compares each column of the key with = or IN:"
                            + " a query of all rows has no bound. If it is meant, enable table scans with SET '"
                            + SCANS + "'='true';");
        return new TableQuery(asked, direct, views.of(direct), keys);
    }

    @Override
    public void close() {
        open.values().forEach(ReadQuery::close);
        views.close();
    }
}
