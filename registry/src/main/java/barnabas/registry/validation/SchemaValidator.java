package barnabas.registry.validation;

import barnabas.base.Clock;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import barnabas.broker.validation.SchemaChecks;
import barnabas.broker.validation.SchemaGate;
import barnabas.broker.validation.SchemaLog;
import barnabas.config.TopicConfig.SchemaValidation;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.store.NodeSource;
import barnabas.registry.store.SchemaTopic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gates of the topics of one broker that take records with registered schemas only. They decide by what was read last;
/// a schema that is deleted is refused after [#REFRESH_SECONDS] at the latest.
public final class SchemaValidator implements SchemaChecks, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaValidator.class);
    private static final Duration TURN_MAX = Duration.ofSeconds(5);
    private static final int REFRESH_SECONDS = 10;

    private final SchemaTopic topic;
    private final SchemaLog log;
    private final Clock clock;
    private final ExecutorService background;
    private final Mutex lock = new Mutex();
    /// Gates of topics whose settings have changed since are left to the collector.
    private final Set<FieldGate> gates = Collections.newSetFromMap(new WeakHashMap<>()); // guarded by lock
    private boolean refreshing; // guarded by lock

    public SchemaValidator(SchemaTopic topic, SchemaLog log, Clock clock, Threads threads) {
        this.topic = topic;
        this.log = log;
        this.clock = clock;
        this.background = threads.perTask("schema-refresh");
    }

    @Override
    public void refresh() throws IOException, InterruptedException {
        List<FieldGate> open;
        try (var _ = lock.hold()) {
            open = new ArrayList<>(gates);
        }
        try {
            List<FieldGate.Resolution> found = topic.look(new NodeSource(log), TURN_MAX, state -> {
                var all = new ArrayList<FieldGate.Resolution>();
                for (FieldGate each : open) all.add(each.resolve(state));
                return all;
            });
            for (FieldGate.Resolution each : found) each.take();
        } catch (RegistryProblem e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public SchemaGate gate(String name, SchemaValidation wanted) {
        var gate = new RecordSchemas(
                new FieldGate("key", name, wanted.key()), new FieldGate("value", name, wanted.value()));
        try (var _ = lock.hold()) {
            gates.add(gate.keys());
            gates.add(gate.values());
            if (!refreshing) background.execute(this::refreshAlways);
            refreshing = true;
        }
        return gate;
    }

    private void refreshAlways() {
        while (!Thread.currentThread().isInterrupted()) {
            long next = clock.nanos() + TimeUnit.SECONDS.toNanos(REFRESH_SECONDS);
            while (clock.nanos() - next < 0 && !Thread.currentThread().isInterrupted()) clock.parkUntil(this, next);
            try {
                if (isUsed()) refresh();
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                LOG.warn("Records are checked against the schemas that were read last: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("Records are checked against the schemas that were read last", e);
            }
        }
    }

    private boolean isUsed() {
        boolean used = false;
        try (var _ = lock.hold()) {
            for (FieldGate each : gates) used |= each.wasUsed();
        }
        return used;
    }

    @Override
    public void close() {
        background.shutdownNow();
        log.close();
    }
}
