package barnabas.sql.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
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
    private static final List<String> SECURITY = List.of("sasl.", "ssl.", "security.");
    private static final List<String> CLIENTS = List.of(
            StreamsConfig.CONSUMER_PREFIX,
            StreamsConfig.PRODUCER_PREFIX,
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            StreamsConfig.RESTORE_CONSUMER_PREFIX,
            StreamsConfig.ADMIN_CLIENT_PREFIX);

    private SessionSettings() {}

    /// @param name without the prefix `ksql.streams.`; that of a client may be there
    static boolean takes(String name) {
        String plain = name;
        for (String prefix : CLIENTS) if (name.startsWith(prefix)) plain = name.substring(prefix.length());
        if (SECURITY.stream().anyMatch(plain::startsWith)) return false;
        if (WORDS.contains(plain)) return true;
        String wanted = plain;
        return Arrays.stream(definitions()).anyMatch(each -> isPlain(each, wanted));
    }

    private static ConfigDef[] definitions() {
        return new ConfigDef[] {
            StreamsConfig.configDef(),
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef()
        };
    }

    private static boolean isPlain(ConfigDef definition, String name) {
        ConfigDef.ConfigKey key = definition.configKeys().get(name);
        return key != null && TYPES.contains(key.type());
    }
}
