package barnabas.sql.engine;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/// Settings of Kafka Streams and of its clients that a session may give to its queries: numbers, switches and a few
/// words. Addresses, logins, classes and files are the service's own: a session that could name a broker would get the
/// service's password sent there.
final class SessionSettings {
    private static final Set<ConfigDef.Type> TYPES = Set.of(
            ConfigDef.Type.BOOLEAN,
            ConfigDef.Type.SHORT,
            ConfigDef.Type.INT,
            ConfigDef.Type.LONG,
            ConfigDef.Type.DOUBLE);
    private static final Set<String> WORDS = Set.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG);
    private static final long MEGABYTE = 1 << 20;
    private static final Map<String, Long> MOST = Map.ofEntries(
            Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 8L),
            Map.entry(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 3L),
            Map.entry(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64 * MEGABYTE),
            Map.entry(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000L),
            Map.entry(StreamsConfig.METRICS_NUM_SAMPLES_CONFIG, 60L),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 * MEGABYTE),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, MEGABYTE),
            Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 * MEGABYTE),
            Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 64 * MEGABYTE),
            Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 * MEGABYTE),
            Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100_000L),
            Map.entry(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 16 * MEGABYTE),
            Map.entry(ConsumerConfig.SEND_BUFFER_CONFIG, 16 * MEGABYTE));
    private static final List<String> SECURITY = List.of("sasl.", "ssl.", "security.");

    private SessionSettings() {}

    /// @param name without the prefix `ksql.streams.`; that of a client may be there
    static boolean takes(String name) {
        String plain = SettingValues.withoutClient(name);
        if (SECURITY.stream().anyMatch(plain::startsWith)) return false;
        if (WORDS.contains(plain)) return true;
        return SettingValues.definitions().stream().anyMatch(each -> isPlain(each, plain));
    }

    /// Reason why a setting cannot have the value: it is none of its type, or more than one session may take of
    /// a server that others use too.
    ///
    /// @param name for which [#takes] is true
    static Optional<String> problem(String name, String value) {
        Optional<String> wrong = SettingValues.problem(name, value);
        if (wrong.isPresent()) return wrong;
        Long most = MOST.get(SettingValues.withoutClient(name));
        if (most == null || new BigDecimal(value.strip()).compareTo(BigDecimal.valueOf(most)) <= 0)
            return Optional.empty();
        return Optional.of(name + " of a session is at most " + most + ", not " + value
                + "; the server's own setting may be more");
    }

    private static boolean isPlain(ConfigDef definition, String name) {
        ConfigDef.ConfigKey key = definition.configKeys().get(name);
        return key != null && TYPES.contains(key.type());
    }
}
