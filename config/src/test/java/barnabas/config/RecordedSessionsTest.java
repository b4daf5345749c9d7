package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ChangeResult;
import barnabas.config.dynamic.ConfigChange;
import barnabas.config.dynamic.ConfigDescriptions;
import barnabas.config.dynamic.ConfigEntry;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.ConfigSource;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.BrokerLayers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replays sessions of an admin client with a real Kafka: the same changes must get the same answers, and descriptions
/// must show the same values, sources and synonyms.
public class RecordedSessionsTest {
    private static final Map<String, String> SERVER_PROPERTIES = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.quorum.voters", "1@localhost:19193"),
            Map.entry("listeners", "PLAINTEXT://127.0.0.1:19192,CONTROLLER://127.0.0.1:19193"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:19192"),
            Map.entry("log.dirs", "/data"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("log.retention.hours", "100"),
            Map.entry("log.segment.bytes", "2000000"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("ssl.keystore.password", "foo"),
            Map.entry("my.unknown", "7"));

    /// Barnabas has defaults of its own here, so the default that Kafka shows behind the set value differs.
    private static final Set<String> OTHER_DEFAULTS = Set.of("listeners", "log.dir", "node.id", "process.roles");

    private BrokerConfig broker = BrokerConfig.of(new BrokerLayers(SERVER_PROPERTIES, Map.of(), Map.of()));
    private final Map<String, Map<String, String>> overrides = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"recorded-topics.txt", "recorded-brokers.txt", "recorded-groups.txt"})
    void answersLikeKafka(String file) {
        var expected = new ArrayList<String>();
        var actual = new ArrayList<String>();
        for (String line : Recorded.lines(file)) {
            if (line.isBlank()) continue;
            if (!hasOtherDefault(line)) expected.add(line);
            if (!line.startsWith("> ")) continue;
            actual.add(line);
            for (String answer : answers(List.of(line.substring(2).split(" ", -1))))
                if (!hasOtherDefault(answer)) actual.add(answer);
        }
        assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", expected));
        assertThat(actual.size()).isGreaterThan(100);
    }

    private static boolean hasOtherDefault(String line) {
        int equals = line.indexOf('=');
        return line.startsWith("  ") && equals > 0 && OTHER_DEFAULTS.contains(line.substring(2, equals));
    }

    private List<String> answers(List<String> words) {
        return switch (words.getFirst()) {
            case "create" -> List.of("  " + create(words.get(1), words.subList(2, words.size())));
            case "alter" -> List.of("  " + alter(words.get(1), nameOf(words.get(2)), words.subList(3, words.size())));
            case "desc" -> describe(words.get(1), nameOf(words.get(2)), words.subList(3, words.size()));
            default -> throw new IllegalArgumentException(words.toString());
        };
    }

    private static String nameOf(String word) {
        return word.equals("''") ? "" : word;
    }

    private String create(String topic, List<String> settings) {
        var configs = new HashMap<String, String>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            configs.put(
                    setting.substring(0, equals), setting.substring(equals + 1).replace('~', ' '));
        }
        Optional<String> problem = TopicConfigs.problemWith(configs, broker);
        if (problem.isPresent()) return "InvalidConfigurationException: " + problem.get();
        overrides.put("topic " + topic, configs);
        return "ok";
    }

    private String alter(String type, String name, List<String> words) {
        var changes = words.stream().map(RecordedSessionsTest::change).toList();
        String resource = type + " " + name;
        Map<String, String> current = overrides.getOrDefault(resource, Map.of());
        return switch (changed(new ConfigResource(type(type), name), current, changes, broker)) {
            case ChangeResult.Refused r -> text(r);
            case ChangeResult.Changed(var after) -> {
                BrokerLayers layers = broker.layers();
                overrides.put(resource, after);
                if (resource.equals("broker ")) broker = broker.withDynamic(after, layers.thisBroker());
                else if (type.equals("broker")) broker = broker.withDynamic(layers.clusterWide(), after);
                yield "ok";
            }
        };
    }

    /// As the controller goes about it.
    public static ChangeResult changed(
            ConfigResource resource, Map<String, String> current, List<ConfigChange> changes, BrokerConfig broker) {
        ChangeResult.Refused malformed = DynamicConfigs.problemWithForm(changes);
        if (malformed != null) return malformed;
        ChangeResult edited = DynamicConfigs.edited(resource.type(), current, changes);
        if (!(edited instanceof ChangeResult.Changed(var after))) return edited;
        ChangeResult.Refused refused = resource.problemWithAltering();
        if (refused == null) refused = DynamicConfigs.problem(resource, current, after, broker);
        return refused == null ? edited : refused;
    }

    private static ConfigResource.Type type(String word) {
        return switch (word) {
            case "topic" -> ConfigResource.Type.TOPIC;
            case "group" -> ConfigResource.Type.GROUP;
            case "cm" -> ConfigResource.Type.CLIENT_METRICS;
            case "broker" -> ConfigResource.Type.BROKER;
            default -> throw new IllegalArgumentException(word);
        };
    }

    private static String text(ChangeResult.Refused refused) {
        return switch (refused.reason()) {
                    case INVALID_CONFIG -> "InvalidConfigurationException: ";
                    case INVALID_REQUEST -> "InvalidRequestException: ";
                }
                + refused.message();
    }

    private static ConfigChange change(String word) {
        var operation = switch (word.charAt(0)) {
            case '!' -> ConfigChange.Operation.DELETE;
            case '+' -> ConfigChange.Operation.APPEND;
            case '-' -> ConfigChange.Operation.SUBTRACT;
            default -> ConfigChange.Operation.SET;
        };
        String rest = operation == ConfigChange.Operation.SET ? word : word.substring(1);
        int equals = rest.indexOf('=');
        return equals < 0
                ? new ConfigChange(rest, operation, null)
                : new ConfigChange(
                        rest.substring(0, equals),
                        operation,
                        rest.substring(equals + 1).replace('~', ' '));
    }

    private List<String> describe(String type, String name, List<String> names) {
        Map<String, String> set = overrides.getOrDefault(type + " " + name, Map.of());
        List<ConfigEntry> entries = switch (type) {
            case "topic" -> ConfigDescriptions.topic(set, broker);
            case "group" -> ConfigDescriptions.group(set, broker);
            case "cm" -> ConfigDescriptions.clientMetrics(set);
            case "broker" ->
                name.isEmpty()
                        ? ConfigDescriptions.clusterWide(broker.layers().clusterWide())
                        : ConfigDescriptions.broker(broker);
            default -> throw new IllegalArgumentException(type);
        };
        var lines = new ArrayList<String>();
        for (ConfigEntry entry : entries) {
            boolean asked = names.isEmpty()
                    || names.contains(entry.name())
                    || (names.contains("*") && entry.source() != ConfigSource.DEFAULT_CONFIG);
            if (asked) lines.add(line(entry));
        }
        lines.add("  count=" + entries.size());
        return lines;
    }

    private static String line(ConfigEntry entry) {
        var synonyms = entry.synonyms().stream()
                .map(synonym -> synonym.name() + "=" + synonym.value() + "@" + clientName(synonym.source()))
                .toList();
        return "  " + entry.name() + "=" + entry.value() + " " + clientName(entry.source()) + " ro=" + entry.readOnly()
                + " sens=" + entry.sensitive() + " " + (entry.type() == null ? "UNKNOWN" : entry.type()) + " syn="
                + synonyms;
    }

    /// The Java client calls two sources differently.
    private static String clientName(ConfigSource source) {
        return switch (source) {
            case GROUP_CONFIG -> "DYNAMIC_GROUP_CONFIG";
            case CLIENT_METRICS_CONFIG -> "DYNAMIC_CLIENT_METRICS_CONFIG";
            case DYNAMIC_TOPIC_CONFIG,
                    DYNAMIC_BROKER_CONFIG,
                    DYNAMIC_DEFAULT_BROKER_CONFIG,
                    STATIC_BROKER_CONFIG,
                    DEFAULT_CONFIG,
                    DYNAMIC_BROKER_LOGGER_CONFIG -> source.name();
        };
    }
}
