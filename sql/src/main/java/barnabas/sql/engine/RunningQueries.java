package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.topology.ProcessingLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The queries that this server runs: all of the service, whose partitions the servers share.
public final class RunningQueries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningQueries.class);
    private static final int STARTS_AT_ONCE = 4;
    private static final long LOOK_MS = 1_000;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(6);
    private static final int SHOWN_MAX = 10;

    private final EngineConfig config;
    private final Codecs codecs;
    private final Clock clock;
    private final IdleWatch watch;
    private final ProcessingLog log;
    private final QueryClients.Shared shared;
    private final ExecutorService starts;
    private final Map<String, RunningQuery> queries = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread upkeep;

    RunningQueries(EngineConfig config, Codecs codecs, Admin admin, Clock clock, Threads threads) {
        this.codecs = codecs;
        this.config = config;
        this.clock = clock;
        watch = new IdleWatch(config, admin, clock, threads);
        log = new ProcessingLog(config.client(), config.badRecordsTopic(), clock);
        shared = new QueryClients.Shared(admin, watch);
        starts = threads.pool("sql-query-start", STARTS_AT_ONCE);
        upkeep = threads.start("sql-upkeep", this::keepUp);
    }

    /// @param next null when the query is no more
    Future<?> want(String id, EngineState.@Nullable Known next) {
        RunningQuery query = queries.computeIfAbsent(id, _ -> new RunningQuery(id, config, codecs, shared, log, clock));
        return starts.submit(() -> {
            query.want(next);
            query.reconcile();
            if (query.isIdle()) queries.remove(id, query);
        });
    }

    public Optional<RunningQuery> find(String id) {
        return Optional.ofNullable(queries.get(id));
    }

    private void keepUp() {
        while (!closed.get()) {
            Deadline.inMillis(LOOK_MS, clock).park(this);
            if (Thread.interrupted()) return;
            for (RunningQuery each : List.copyOf(queries.values())) {
                if (closed.get()) return;
                each.reconcile();
            }
        }
    }

    /// Stops all queries at once. With a broker that is gone they do not end in time: the process ends with them.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        LockSupport.unpark(upkeep);
        starts.shutdownNow();
        watch.close();
        var deadline = Deadline.in(CLOSE_MAX, clock);
        List<RunningQuery> all = List.copyOf(queries.values());
        all.forEach(RunningQuery::end);
        List<String> left = all.stream()
                .filter(each -> !each.hasEnded(deadline))
                .map(RunningQuery::shown)
                .toList();
        log.close();
        if (!left.isEmpty())
            LOG.warn(
                    "{} of {} queries have not ended after {} s: {}",
                    left.size(),
                    all.size(),
                    CLOSE_MAX.toSeconds(),
                    String.join("; ", left.subList(0, Math.min(left.size(), SHOWN_MAX))));
    }
}
