package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import barnabas.config.dynamic.ClientPattern;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.definitions.DefinitionForm;
import barnabas.sql.definitions.DefinitionTopic;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.registry.RegistryFormats;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.StuckProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out statements that change definitions, and runs the queries that the definitions name.
///
/// A change is decided on the newest definitions and written in one transaction; each server of the service then reads
/// it from the topic, this one too, and starts or stops what it says.
public final class SqlEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqlEngine.class);
    private static final int ATTEMPTS = 5;
    private static final int QUERIES_MAX = 1_000;

    private final EngineConfig config;
    private final FunctionRegistry functions;
    private final @Nullable RegistryFormats formats;
    private final QueryCompiler compiler;
    private final Admin admin;
    private final ClusterTopics topics;
    private final SinkTopics sinks;
    private final DefinitionTopic definitions;
    private final RunningQueries running;
    private final ExecutorService background;
    private final QueryCompiler.HeldUp heldUp;
    private final Threads threads;
    private final Clock clock;
    private final Mutex changes = new Mutex();
    private final Mutex reader = new Mutex();
    /// Guarded by `reader`; empty once live.
    private final Map<DefinitionForm.Key, Definition> replayed = new LinkedHashMap<>();
    private boolean live;
    private volatile EngineState state = EngineState.EMPTY;

    /// @param formats of the schema registry; null without one
    public SqlEngine(
            EngineConfig config,
            FunctionRegistry functions,
            @Nullable RegistryFormats formats,
            Clock clock,
            Threads threads) {
        this.formats = formats;
        this.config = config;
        this.functions = functions;
        this.threads = threads;
        this.clock = clock;
        compiler = new QueryCompiler(functions);
        admin = Admin.create(config.client());
        topics = new ClusterTopics(admin);
        sinks = new SinkTopics(topics, formats);
        definitions = new DefinitionTopic(config.definitionsTopic(), config.client(), admin, clock, this::changed);
        running = new RunningQueries(config, codecs(), admin, clock, threads);
        background = threads.perTask("sql-cleaning");
        heldUp = new QueryCompiler.HeldUp(compiler, background, clock);
    }

    /// Reads the definitions and starts the queries.
    public void open() throws InterruptedException {
        topics.create(ClusterTopics.topic(config.badRecordsTopic(), new ClusterTopics.Size(1, -1), Map.of()));
        definitions.open(threads);
        startAll();
    }

    /// Replayed definitions are neither compiled nor started before all of them are read: most of the queries in a long
    /// log are no more then.
    private void startAll() {
        alone(() -> {
            live = true;
            replayed.forEach((key, definition) -> {
                try {
                    take(key, Optional.of(definition));
                } catch (RuntimeException | StackOverflowError e) {
                    LOG.error("The definition of {} cannot be used and is left out", key, e);
                }
            });
            replayed.clear();
        });
    }

    private void alone(Runnable work) {
        try (var _ = reader.hold()) {
            work.run();
        }
    }

    private void changed(DefinitionForm.Key key, Optional<Definition> definition) {
        alone(() -> {
            if (live) take(key, definition);
            else if (definition.isPresent()) replayed.put(key, definition.get());
            else replayed.remove(key);
        });
    }

    private void take(DefinitionForm.Key key, Optional<Definition> definition) {
        if (key.kind() == DefinitionForm.Kind.QUERY) heldUp.forget(key.name());
        try {
            state = state.with(key, definition, compiler::compiled);
        } catch (StuckProblem e) {
            if (!(definition.orElse(null) instanceof Definition.Query query)) throw e;
            heldUp.add(
                    query,
                    e,
                    compiled -> alone(() -> {
                        if (!heldUp.remove(query)) return;
                        state = state.with(key, definition, _ -> compiled);
                        want(key.name());
                    }));
            return;
        }
        if (key.kind() == DefinitionForm.Kind.QUERY) want(key.name());
    }

    private void want(String id) {
        var _ = running.want(id, state.queries().get(id));
    }

    public EngineState state() {
        return state;
    }

    public EngineConfig config() {
        return config;
    }

    public FunctionRegistry functions() {
        return functions;
    }

    public ClusterTopics topics() {
        return topics;
    }

    public Codecs codecs() {
        return formats == null ? Codecs.PLAIN : formats;
    }

    /// The schema registry.
    public Optional<RegistryFormats> registry() {
        return Optional.ofNullable(formats);
    }

    private Statements session(EngineState of, Map<String, String> properties) {
        return of.session(functions, properties, formats);
    }

    public RunningQueries running() {
        return running;
    }

    /// A session over the definitions of now.
    public Statements session(Map<String, String> properties) {
        return session(state, properties);
    }

    /// Carries out a statement that changes definitions.
    ///
    /// @param text the statement's, with variables put in and without its semicolon
    /// @throws SqlProblem when it cannot be carried out; nothing of it is
    public Outcome change(Statement statement, String text, Map<String, String> properties)
            throws InterruptedException {
        try (var _ = changes.hold()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                definitions.claim();
                EngineState before = state;
                Statements after = session(before, properties);
                after.execute(statement);
                Changes made = Changes.between(before, after, statement, text, properties);
                if (made.isEmpty()) return new Outcome.Unchanged(Commands.unchanged(statement));
                DefinitionForm.checkSizes(made.definitions());
                prepare(statement, before, after, made);
                if (!definitions.write(made.definitions(), made.gone())) continue;
                finish(statement, before, made);
                return Commands.done(statement, made, before.sequence() + 1);
            }
        }
        throw busy();
    }

    private static SqlProblem busy() {
        return new SqlProblem("Other servers of the service change definitions all the time. Try again.");
    }

    private void prepare(Statement statement, EngineState before, Statements after, Changes made)
            throws InterruptedException {
        for (Definition each : made.definitions())
            if (each instanceof Definition.Source source) sinks.refuseRegistry(source.source());
        if (statement instanceof Statement.CreateSource create) {
            DataSource source = after.catalog().source(create.name(), create.at());
            sinks.ofSource(source, create);
        }
        if (statement instanceof Statement.DropSource drop && drop.deleteTopic()) {
            Definition.Source dropped = before.sources().get(drop.name());
            if (dropped != null) ReadOnlyTopics.refuse(dropped.source().topic());
        }
        if (made.made() == null) return;
        ReadOnlyTopics.refuse(made.made().sink().target().topic());
        if (before.queries().size() >= QUERIES_MAX)
            throw new SqlProblem("The service has " + QUERIES_MAX
                    + " persistent queries, which is its limit. TERMINATE some before adding more.");
        EngineState.Known old = before.queries().get(made.made().id());
        if (old != null && !KeptState.fits(old, made.made()))
            throw new SqlProblem("Cannot replace query " + made.made().id()
                    + ": the state that it keeps (an aggregation or a table) does not fit the new one, which may have"
                    + " another filter or projection. DROP "
                    + made.made().target().name() + " and create it again.");
        Map<String, String> with = statement instanceof Statement.CreateAs create ? create.properties() : Map.of();
        sinks.ofQuery(made.made().sink(), with);
    }

    private void finish(Statement statement, EngineState before, Changes made) throws InterruptedException {
        if (statement instanceof Statement.DropSource drop && drop.deleteTopic()) {
            Definition.Source dropped = before.sources().get(drop.name());
            if (dropped != null) topics.delete(dropped.source().topic());
        }
        for (String each : made.ended()) background.execute(() -> clean(each));
    }

    /// Deletes what a query that has ended leaves in the cluster, once no server runs it.
    private void clean(String id) {
        try {
            running.want(id, null).get();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    topics.deleteApplication(config.application(id));
                    return;
                } catch (KafkaException e) {
                    LOG.debug("Group of query {} cannot be deleted yet", id, e);
                    clock.sleep(Duration.ofSeconds(3));
                }
            }
            LOG.warn("The group or the internal topics of query {} could not be deleted", id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("Query {} could not be ended", id, e);
        }
    }

    /// Surroundings of applications that end with their reader.
    public TransientQuery.Place transientPlace() {
        return new TransientQuery.Place(config, topics, background, codecs());
    }

    /// PAUSE and RESUME.
    ///
    /// @param id a query, or `ALL`
    public Outcome pause(Position at, String id, boolean paused) throws InterruptedException {
        try (var _ = changes.hold()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                definitions.claim();
                EngineState before = state;
                if (!id.equals("ALL") && !before.queries().containsKey(id))
                    throw new SqlProblem(
                            at,
                            "Unknown queryId: " + id + "."
                                    + Names.hint(id, before.queries().keySet()));
                long number = before.sequence() + 1;
                var written = new ArrayList<Definition>();
                for (EngineState.Known each : before.queries().values()) {
                    Definition.Query definition = each.definition();
                    if ((id.equals("ALL") || definition.name().equals(id)) && definition.paused() != paused)
                        written.add(definition.paused(paused, number));
                }
                if (!written.isEmpty()) {
                    written.add(new Definition.Sequence(number));
                    if (!definitions.write(written, List.of())) continue;
                }
                String verb = paused ? "pause" : "resume";
                return new Outcome.Done("query/" + id + "/" + verb, "Query " + verb + "d.", id, number);
            }
        }
        throw busy();
    }

    /// Ends all queries and removes all definitions: `/ksql/terminate`.
    ///
    /// @param delete topics that are deleted, of those that queries have made for their streams and tables; regular
    ///     expressions of whole names
    public void terminate(List<ClientPattern> delete) throws InterruptedException {
        try (var _ = changes.hold()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                definitions.claim();
                EngineState before = state;
                var gone = new ArrayList<String>();
                before.queries().keySet().forEach(each -> gone.add(DefinitionForm.Kind.QUERY.key(each)));
                before.sources().keySet().forEach(each -> gone.add(DefinitionForm.Kind.SOURCE.key(each)));
                before.types().keySet().forEach(each -> gone.add(DefinitionForm.Kind.TYPE.key(each)));
                if (!definitions.write(List.of(new Definition.Sequence(before.sequence() + 1)), gone)) continue;
                for (String each : before.queries().keySet()) background.execute(() -> clean(each));
                for (String each : made(before))
                    if (delete.stream()
                            .anyMatch(pattern -> pattern.matcher(each).matches())) topics.delete(each);
                return;
            }
        }
        throw busy();
    }

    /// Topics of streams and tables that queries have made, and of none that a statement only reads.
    private static List<String> made(EngineState state) {
        var topics = new ArrayList<String>();
        for (Definition.Source each : state.sources().values()) {
            String topic = each.source().topic();
            if (each.query() != null && !ReadOnlyTopics.has(topic) && !topics.contains(topic)) topics.add(topic);
        }
        for (Definition.Source each : state.sources().values())
            if (each.query() == null) topics.remove(each.source().topic());
        return topics;
    }

    @Override
    public void close() {
        running.close();
        background.shutdownNow();
        definitions.close();
        admin.close(Duration.ZERO);
    }
}
