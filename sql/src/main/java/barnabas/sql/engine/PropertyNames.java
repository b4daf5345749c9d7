package barnabas.sql.engine;

import barnabas.sql.functions.Rules;
import barnabas.sql.syntax.Names;
import barnabas.sql.topology.QueryTopology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// Properties of sessions.
public final class PropertyNames {
    private static final List<String> SWITCHES =
            List.of(Rules.NESTED, Rules.NULL_TEXTS, QueryTopology.STRICT_TIMES, BadRecords.STRICT);

    private static final List<String> OWN = List.of(
            "ksql.output.topic.name.prefix",
            "ksql.persistence.default.format.key",
            "ksql.persistence.default.format.value",
            "ksql.persistence.wrap.single.values",
            "ksql.query.pull.table.scan.enabled",
            "ksql.service.id",
            "ksql.variable.substitution.enable");

    private PropertyNames() {}

    public static boolean known(String name) {
        return OWN.contains(name) || SWITCHES.contains(name) || QuerySettings.known(name);
    }

    /// Place where a query of the session begins to read: the value of `auto.offset.reset`, under the name that Kafka
    /// Streams would prefer for its main consumer.
    public static String reset(Map<String, String> properties) {
        for (String client : List.of(StreamsConfig.MAIN_CONSUMER_PREFIX, StreamsConfig.CONSUMER_PREFIX, ""))
            for (String prefix : List.of(QuerySettings.PREFIX, "")) {
                String value = properties.get(prefix + client + ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
                if (value != null) return value;
            }
        return "latest";
    }

    /// Reason why a known property cannot have the value.
    public static Optional<String> problem(String name, String value) {
        if (SWITCHES.contains(name))
            return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")
                    ? Optional.empty()
                    : Optional.of("Invalid value " + value + " for configuration " + name
                            + ": Expected value to be either true or false");
        if (OWN.contains(name)) return Optional.empty();
        return SessionSettings.problem(QuerySettings.plain(name), value);
    }

    /// Text for a message about an unknown name.
    public static String hint(String name) {
        var names = new TreeSet<>(OWN);
        names.addAll(SWITCHES);
        for (String each : StreamsConfig.configDef().names()) if (SessionSettings.takes(each)) names.add(each);
        for (String each : ConsumerConfig.configNames()) if (SessionSettings.takes(each)) names.add(each);
        return Names.hint(name, names);
    }
}
