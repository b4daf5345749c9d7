package barnabas.sql.engine;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/// Values of the settings of Kafka Streams and of its clients, as their definitions have them.
public final class SettingValues {
    private static final List<String> CLIENTS = List.of(
            StreamsConfig.CONSUMER_PREFIX,
            StreamsConfig.PRODUCER_PREFIX,
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            StreamsConfig.RESTORE_CONSUMER_PREFIX,
            StreamsConfig.GLOBAL_CONSUMER_PREFIX,
            StreamsConfig.ADMIN_CLIENT_PREFIX);

    /// Each call of `configDef` copies hundreds of settings, and each request asks for its properties.
    private static final List<ConfigDef> DEFINITIONS = List.of(
            StreamsConfig.configDef(),
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef());

    private SettingValues() {}

    /// The name of a client's setting without the client.
    static String withoutClient(String name) {
        for (String prefix : CLIENTS) if (name.startsWith(prefix)) return name.substring(prefix.length());
        return name;
    }

    static List<ConfigDef> definitions() {
        return DEFINITIONS;
    }

    /// Reason why the setting cannot have the value. One that no definition knows can have any: it is for a
    /// class of the operator's.
    ///
    /// @param name without the prefix `ksql.streams.`
    public static Optional<String> problem(String name, String value) {
        String plain = withoutClient(name);
        Optional<String> first = Optional.empty();
        for (ConfigDef each : definitions()) {
            ConfigDef.ConfigKey key = each.configKeys().get(plain);
            if (key == null) continue;
            try {
                Object parsed = ConfigDef.parseType(plain, value, key.type);
                if (key.validator != null) key.validator.ensureValid(plain, parsed);
                return Optional.empty();
            } catch (ConfigException e) {
                if (first.isEmpty()) first = Optional.of(name + ": " + e.getMessage());
            }
        }
        return first;
    }
}
