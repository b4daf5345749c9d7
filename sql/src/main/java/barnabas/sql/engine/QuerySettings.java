package barnabas.sql.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

/// Settings of a query's Kafka Streams application.
final class QuerySettings {
    static final String PREFIX = "ksql.streams.";

    /// A server that was killed and does not come back is out of its groups after this time.
    private static final int SESSION_MS = 20_000;

    private static final int COMMIT_MS = 100;

    /// The thread of a consumer that sends heartbeats looks this often whether one is due: ten times a second without
    /// it, which is half of what an idle query takes.
    private static final int RETRY_MS = SESSION_MS / 8;

    static final String RETRY = StreamsConfig.mainConsumerPrefix(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG);

    private QuerySettings() {}

    /// @param properties of the session that made the query; those that [SessionSettings] takes count, with and without
    ///     the prefix `ksql.streams.`
    static Properties of(EngineConfig config, String query, String statement, Map<String, String> properties) {
        var settings = new HashMap<String, Object>(config.client());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MS);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), SESSION_MS / 4);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "latest");
        settings.put(RETRY, RETRY_MS);
        // Nothing reads them as a rule, and to register hundreds is a fifth of the CPU of a query's start.
        settings.put(StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        if (!config.member().isEmpty())
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), config.member());
        settings.putAll(config.streams());
        properties.forEach((name, value) -> put(settings, name, value));
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.application(query));
        settings.put(StreamsConfig.CLIENT_ID_CONFIG, config.application(query));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, config.directory().toString());
        settings.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                config.diskState()
                        ? BuiltInDslStoreSuppliers.RocksDBDslStoreSuppliers.class
                        : BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, BadRecords.class);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, BadRecords.class);
        settings.put(BadRecords.TOPIC, config.badRecordsTopic());
        settings.put(BadRecords.STATEMENT, statement);
        settings.put(BadRecords.QUERY, query);
        settings.put(BadRecords.STRICT, properties.getOrDefault(BadRecords.STRICT, "false"));
        var made = new Properties();
        made.putAll(settings);
        return made;
    }

    private static void put(Map<String, Object> settings, String name, String value) {
        String plain = plain(name);
        if (!SessionSettings.takes(plain)
                || SessionSettings.problem(plain, value).isPresent()) return;
        if (plain.equals(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG)) {
            settings.put(StreamsConfig.consumerPrefix(plain), value);
        } else {
            settings.put(plain, value);
        }
    }

    /// Whether SET may name the property.
    static boolean known(String name) {
        return SessionSettings.takes(plain(name));
    }

    static String plain(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
