package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.definitions.Definition;
import barnabas.sql.topology.ProcessingLog;
import barnabas.sql.topology.QueryTopology;
import java.time.Duration;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One query on this server. A query that fails is started again after a pause that grows.
public final class RunningQuery {
    private static final Logger LOG = LoggerFactory.getLogger(RunningQuery.class);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(20);
    /// Longest work on the records of one poll before the query counts as one that hangs.
    private static final Duration BUSY_MAX = Duration.ofSeconds(20);

    private static final long PAUSE_MIN_MS = 1_000;
    private static final long PAUSE_MAX_MS = 60_000;

    /// States as SHOW QUERIES names them.
    public enum State {
        RUNNING,
        PAUSED,
        ERROR,
        /// One of its threads has not come back from its records for long.
        UNRESPONSIVE
    }

    private final EngineConfig config;
    private final Codecs codecs;
    private final Clock clock;
    private final Mutex mutex = new Mutex();
    private EngineState.@Nullable Known wanted;
    private EngineState.@Nullable Known running;
    private volatile @Nullable KafkaStreams streams;
    private final QueryClients.Shared shared;
    private final ProcessingLog log;
    private volatile QueryClients clients;
    private volatile boolean ended;
    private final String name;
    private boolean reported;
    private long pauseMs = PAUSE_MIN_MS;
    private @Nullable Deadline again;
    private volatile @Nullable String problem;

    RunningQuery(
            String name,
            EngineConfig config,
            Codecs codecs,
            QueryClients.Shared shared,
            ProcessingLog log,
            Clock clock) {
        this.name = name;
        this.log = log;
        this.shared = shared;
        clients = new QueryClients(shared);
        this.codecs = codecs;
        this.config = config;
        this.clock = clock;
    }

    /// The reason why the query does not run; null when it does.
    public @Nullable String problem() {
        return problem;
    }

    public State state() {
        KafkaStreams current = streams;
        if (problem != null) return State.ERROR;
        if (clients.worksSince(clock.nanos() - BUSY_MAX.toNanos())) return State.UNRESPONSIVE;
        return current != null && current.isPaused() ? State.PAUSED : State.RUNNING;
    }

    /// The state of the Kafka Streams application, for EXPLAIN.
    public String streamsState() {
        KafkaStreams current = streams;
        return current == null ? "NOT_RUNNING" : current.state().name();
    }

    /// @param next null to stop
    void want(EngineState.@Nullable Known next) {
        wanted = next;
        pauseMs = PAUSE_MIN_MS;
        again = null;
    }

    /// Starts, stops or pauses, so that the query is as it was wanted last.
    void reconcile() {
        try (var _ = mutex.hold()) {
            if (ended) return;
            report();
            EngineState.Known next = wanted;
            Deadline pause = again;
            KafkaStreams current = streams;
            if (current != null && current.state().hasCompletedShutdown()) failed(current);
            if (pause != null && !pause.passed() && next != null) return;
            EngineState.Known old = running;
            if (old != null
                    && next != null
                    && streams != null
                    && old.definition().statement().equals(next.definition().statement())) {
                running = next;
                pause(next.definition().paused());
                return;
            }
            stop();
            if (next != null) start(next);
        }
    }

    private void pause(boolean paused) {
        KafkaStreams current = streams;
        if (current == null || current.isPaused() == paused) return;
        if (paused) current.pause();
        else current.resume();
        clients.attend();
    }

    private void start(EngineState.Known next) {
        Definition.Query definition = next.definition();
        KafkaStreams made = null;
        try {
            var supplier = new QueryClients(shared);
            made = supplier.application(
                    QueryTopology.of(
                            next.query().sink(),
                            codecs,
                            definition.named(),
                            definition.properties(),
                            log.of(definition.name(), definition.statement())),
                    QuerySettings.of(config, definition.name(), definition.statement(), definition.properties()));
            made.setUncaughtExceptionHandler(cause -> {
                problem = reason(cause);
                LOG.error("Query {} has failed", definition.name(), cause);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            if (definition.paused()) made.pause();
            made.start();
            clients = supplier;
            streams = made;
            if (ended) begin(made);
            running = next;
            problem = null;
            again = null;
        } catch (RuntimeException e) {
            notStarted(definition, made, e);
        } catch (Error e) {
            notStarted(definition, made, e);
            throw e;
        }
    }

    private void notStarted(Definition.Query definition, @Nullable KafkaStreams made, Throwable cause) {
        if (made != null) made.close(Duration.ZERO);
        problem = reason(cause);
        LOG.error("Query {} cannot be started", definition.name(), cause);
        later();
    }

    private void failed(KafkaStreams ended) {
        ended.close(Duration.ZERO);
        if (problem == null) problem = "the application has ended: " + ended.state();
        streams = null;
        running = null;
        later();
    }

    private void later() {
        again = Deadline.inMillis(pauseMs, clock);
        pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
    }

    private static String reason(Throwable cause) {
        Throwable last = cause;
        while (last instanceof StreamsException && last.getCause() != null) last = last.getCause();
        return String.valueOf(last.getMessage() == null ? last : last.getMessage());
    }

    private void stop() {
        KafkaStreams current = streams;
        streams = null;
        running = null;
        if (current == null) return;
        clients.hurry();
        boolean ended = current.close(CloseOptions.timeout(CLOSE_MAX)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        if (!ended) LOG.warn("Query {} has not ended after {} s{}", name, CLOSE_MAX.toSeconds(), clients.workPlace());
    }

    /// Logs once that the query hangs, and where.
    private void report() {
        boolean now = state() == State.UNRESPONSIVE;
        if (now && !reported)
            LOG.warn(
                    "Query {} has worked on the same records for {} s{}",
                    name,
                    BUSY_MAX.toSeconds(),
                    clients.workPlace());
        reported = now;
    }

    /// The query's name, with what its threads do when they do not end.
    String shown() {
        return name + clients.workPlace();
    }

    /// Begins to end, for the end of the service: waits for nothing.
    void end() {
        ended = true;
        KafkaStreams current = streams;
        clients.hurry();
        if (current != null) begin(current);
    }

    private static void begin(KafkaStreams streams) {
        var _ = streams.close(CloseOptions.timeout(Duration.ZERO)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    /// Waits after [#end].
    boolean hasEnded(Deadline deadline) {
        KafkaStreams current = streams;
        return current == null || current.close(deadline.left());
    }

    boolean isIdle() {
        return wanted == null && streams == null;
    }
}
