package barnabas.sql.engine;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import barnabas.sql.topology.QueryTopology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The application of a query that ends with its reader: state in memory, nothing left in the cluster afterwards.
public final class TransientQuery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransientQuery.class);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final int CLOSE_TRIES = 12;
    private static final int POLL_MS = 10;

    /// A broker handles the requests of a connection in their order: a fetch that waits holds up the look-up of the
    /// repartition topic and the first fetch of its records, each for this long.
    private static final int FETCH_WAIT_MS = 20;

    /// Surroundings of the application.
    ///
    /// @param background cleans up behind it
    public record Place(EngineConfig config, ClusterTopics topics, ExecutorService background, Codecs codecs) {}

    private final KafkaStreams streams;
    private final QueryClients clients;
    private final String application;
    private final ClusterTopics topics;
    private final ExecutorService background;
    private volatile @Nullable String problem;

    private TransientQuery(
            String application,
            KafkaStreams streams,
            QueryClients clients,
            ClusterTopics topics,
            ExecutorService background) {
        this.clients = clients;
        this.application = application;
        this.streams = streams;
        this.topics = topics;
        this.background = background;
        streams.setUncaughtExceptionHandler(cause -> {
            problem = String.valueOf(cause.getMessage());
            LOG.warn("Query {} has failed", application, cause);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /// @param rows receives the rows on the application's thread, and may hold it up
    public static TransientQuery start(
            Place place,
            String id,
            String statement,
            Plan plan,
            List<Typed> values,
            Map<String, String> properties,
            Consumer<Row> rows) {
        var clients = new QueryClients(new QueryClients.Shared(place.topics().admin(), null));
        KafkaStreams streams = clients.application(
                QueryTopology.of(plan, values, rows, place.codecs()),
                settings(QuerySettings.of(place.config(), id, statement, properties)));
        var query = new TransientQuery(
                place.config().application(id), streams, clients, place.topics(), place.background());
        streams.start();
        return query;
    }

    /// @param persistent settings of a persistent query
    static Properties settings(Properties persistent) {
        var made = new Properties();
        made.putAll(persistent);
        made.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        made.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        made.remove(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        made.remove(QuerySettings.RETRY);
        // What a transaction has aborted is no row, as in queries that read their topic themselves.
        made.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        // a reader waits for each row: batches of the repartition topic leave at once, and threads look often
        made.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
        putUnlessGiven(made, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.LINGER_MS_CONFIG, 0);
        putUnlessGiven(made, StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        return made;
    }

    private static void putUnlessGiven(Properties settings, String prefix, String name, int value) {
        if (!settings.containsKey(name)) settings.putIfAbsent(prefix + name, value);
    }

    /// The reason why no more rows come; null when they do.
    public @Nullable String problem() {
        return problem;
    }

    @Override
    public void close() {
        background.execute(() -> {
            clients.hurry();
            if (!isClosed(streams::close, application)) return;
            try {
                streams.cleanUp();
                topics.deleteApplication(application);
            } catch (KafkaException e) {
                LOG.info("The group of query {} could not be deleted: {}", application, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Closes the application, which a row that is worked on can hold up. While it runs, its state and its group cannot
    /// go.
    ///
    /// @param close true once it has ended within the time
    static boolean isClosed(Predicate<Duration> close, String application) {
        for (int tries = 1; tries <= CLOSE_TRIES; tries++) {
            if (close.test(CLOSE_MAX)) return true;
            LOG.warn("Query {} has not ended after {} s", application, tries * CLOSE_MAX.toSeconds());
        }
        LOG.error("Query {} does not end: its state and its group stay", application);
        return false;
    }
}
