package barnabas.config.dynamic;

import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_CONFIG;
import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_REQUEST;

import barnabas.config.BrokerConfig;
import barnabas.config.BrokerConfigParser;
import barnabas.config.TopicConfigs;
import barnabas.config.dynamic.ChangeResult.Refused;
import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.ListenerSettings;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.UpdateMode;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Effect of IncrementalAlterConfigs and AlterConfigs on each kind of resource: pure functions from the present
/// overrides and the wanted changes to the new overrides, or to the refusal with Kafka's message.
public final class DynamicConfigs {
    /// Secrets and key stores belong to a listener and are changed under its prefix only.
    private static final Set<String> PER_LISTENER = Set.of(
            "ssl.key.password",
            "ssl.keystore.certificate.chain",
            "ssl.keystore.key",
            "ssl.keystore.location",
            "ssl.keystore.password",
            "ssl.keystore.type",
            "ssl.truststore.certificates",
            "ssl.truststore.location",
            "ssl.truststore.password",
            "ssl.truststore.type");

    /// Thread pools grow and shrink by at most a factor of two at a time.
    private static final List<String> THREAD_COUNTS = List.of(
            "background.threads",
            "num.io.threads",
            "num.network.threads",
            "num.recovery.threads.per.data.dir",
            "num.replica.fetchers");

    /// Read once at start here, or not at all, although Kafka obeys a change at once: refused instead of stored
    /// without effect.
    private static final Set<String> FIXED_HERE = Set.of(
            "background.threads",
            "config.providers",
            "listener.security.protocol.map",
            "listeners",
            "metric.reporters",
            "num.network.threads",
            "num.recovery.threads.per.data.dir",
            "num.replica.fetchers",
            "principal.builder.class",
            "producer.id.expiration.ms");

    private DynamicConfigs() {}

    /// Error of changes that are invalid for every resource: a name twice, a value missing. Null if valid.
    public static @Nullable Refused problemWithForm(List<ConfigChange> changes) {
        return ConfigChanges.problemWithForm(changes);
    }

    /// Carries out changes, without asking whether the values make sense.
    ///
    /// @param current the resource's overrides
    /// @param changes that [#problemWithForm] found nothing wrong with
    public static ChangeResult edited(
            ConfigResource.Type type, Map<String, String> current, List<ConfigChange> changes) {
        return ConfigChanges.apply(
                current,
                changes,
                switch (type) {
                    case TOPIC -> ConfigChanges.Lists.TOPIC;
                    case BROKER -> ConfigChanges.Lists.BROKER;
                    case GROUP, CLIENT_METRICS, BROKER_LOGGER -> ConfigChanges.Lists.NONE;
                });
    }

    /// Error of values that cannot be the overrides of a resource; null if valid.
    ///
    /// @param current what they are so far
    public static @Nullable Refused problem(
            ConfigResource resource, Map<String, String> current, Map<String, String> overrides, BrokerConfig broker) {
        return switch (resource.type()) {
            case TOPIC -> invalidConfig(TopicConfigs.problemWith(overrides, current, broker));
            case GROUP -> invalidConfig(GroupConfigs.problemWith(overrides, broker));
            case CLIENT_METRICS -> ClientMetricsConfigs.problem(overrides);
            case BROKER -> problemWithBroker(!resource.name().isEmpty(), current, overrides, broker);
            case BROKER_LOGGER -> null;
        };
    }

    private static @Nullable Refused invalidConfig(Optional<String> problem) {
        return problem.map(message -> new Refused(INVALID_CONFIG, message)).orElse(null);
    }

    private static @Nullable Refused problemWithBroker(
            boolean oneBroker, Map<String, String> current, Map<String, String> overrides, BrokerConfig broker) {
        BrokerLayers layers = broker.layers();
        String problem = problemWithNames(overrides, oneBroker);
        if (problem == null) {
            var after = oneBroker
                    ? new BrokerLayers(layers.file(), layers.clusterWide(), overrides)
                    : new BrokerLayers(layers.file(), overrides, layers.thisBroker());
            problem = problemWithValues(broker, after);
            if (problem == null) problem = problemWithFixed(current, overrides, broker);
            if (problem == null) problem = problemWithListeners(current, overrides);
        }
        return problem == null ? null : new Refused(INVALID_REQUEST, problem);
    }

    /// Whether an operator may change a broker configuration while the broker runs. Names that are not official
    /// belong to plug-ins and may always be set, as in Kafka.
    public static boolean isDynamic(ConfigKey key) {
        return key.updateMode() != UpdateMode.READ_ONLY;
    }

    /// True for a configuration that Kafka changes while it runs and Barnabas does not: an alteration is refused.
    public static boolean isFixedHere(String name) {
        return FIXED_HERE.contains(name) || ListenerSettings.isReadAtStart(name);
    }

    private static @Nullable String problemWithNames(Map<String, String> overrides, boolean oneBroker) {
        var fixed = new ArrayList<String>();
        var perListener = new ArrayList<String>();
        var perBroker = new ArrayList<String>();
        for (String name : new TreeMap<>(overrides).keySet()) {
            ConfigKey exact = OpenNames.exact(name);
            if (exact != null && !isDynamic(exact)) fixed.add(name);
            if (PER_LISTENER.contains(name)) perListener.add(name);
            ConfigKey governing = OpenNames.keyFor(name);
            if (governing != null && governing.updateMode() == UpdateMode.PER_BROKER) perBroker.add(name);
        }
        if (!fixed.isEmpty()) return fixed(fixed);
        if (!perListener.isEmpty())
            return "These security configs can be dynamically updated only per-listener using the listener prefix: "
                    + perListener;
        for (var override : new TreeMap<>(overrides).entrySet()) {
            ConfigKey key = OpenNames.keyFor(override.getKey());
            String problem = key == null ? null : key.problemWith(override.getValue());
            if (problem != null) return problem;
        }
        if (!oneBroker && !perBroker.isEmpty())
            return "Cannot update these configs at default cluster level, broker id must be specified: " + perBroker;
        return null;
    }

    /// A value that was stored before may stay, so that it does not stand in the way of other changes.
    private static @Nullable String problemWithFixed(
            Map<String, String> current, Map<String, String> overrides, BrokerConfig broker) {
        boolean hasAuthorizer = !broker.security().authorizerClass().isBlank();
        var fixed = new ArrayList<String>();
        for (var override : new TreeMap<>(overrides).entrySet())
            if ((isFixed(override.getKey()) || (hasAuthorizer && OpenNames.isOfAuthorizer(override.getKey())))
                    && !override.getValue().equals(current.get(override.getKey()))) fixed.add(override.getKey());
        return fixed.isEmpty() ? null : fixed(fixed);
    }

    /// Likewise for a name of a listener's own.
    private static boolean isFixed(String name) {
        String base = OpenNames.withoutListener(name);
        return isFixedHere(name) || (base != null && FIXED_HERE.contains(base));
    }

    /// Likewise for settings of security that no listener reads.
    private static @Nullable String problemWithListeners(Map<String, String> current, Map<String, String> overrides) {
        for (var override : new TreeMap<>(overrides).entrySet()) {
            if (override.getValue().equals(current.get(override.getKey()))) continue;
            String problem = ListenerSettings.problem(override.getKey());
            if (problem != null) return problem;
        }
        return null;
    }

    private static String fixed(List<String> names) {
        return "Cannot update these configs dynamically: " + names;
    }

    private static @Nullable String problemWithValues(BrokerConfig before, BrokerLayers after) {
        Map<String, String> merged = after.merged();
        List<String> problems = BrokerConfigParser.problems(merged);
        if (!problems.isEmpty()) return problems.getFirst();
        var was = new Values(KeyTable.broker(), new HashMap<>(before.layers().merged()));
        var becomes = new Values(KeyTable.broker(), merged);
        for (String name : THREAD_COUNTS) {
            String problem = problemWithThreads(name, was.integer(name), becomes.integer(name));
            if (problem != null) return problem;
        }
        return DynamicLimits.problem(was, becomes, after);
    }

    private static @Nullable String problemWithThreads(String name, int was, int becomes) {
        String failed = "Dynamic thread count update validation failed for " + name + "=" + becomes + ", value should ";
        if (becomes < was / 2) return failed + "be at least half the current value " + was;
        if (becomes > (long) was * 2) return failed + "not be greater than double the current value " + was;
        return null;
    }
}
