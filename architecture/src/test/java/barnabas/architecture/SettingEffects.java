package barnabas.architecture;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupsConfig;
import barnabas.config.ParseResult;
import barnabas.config.TopicConfigs;
import barnabas.config.dynamic.ClientMetricsConfigs;
import barnabas.config.dynamic.GroupConfigs;
import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.Rule;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/// Finds what a setting changes: another value is put in, and the typed configurations before and after are compared
/// component by component.
final class SettingEffects {
    private static final List<String> TEXTS = List.of(
            "1",
            "2",
            "3",
            "5",
            "7",
            "50",
            "600",
            "1500",
            "2500",
            "4000",
            "9000",
            "20000",
            "50000",
            "70000",
            "400000",
            "2000000",
            "9000000",
            "100000000",
            "0",
            "-1",
            "0.3",
            "0.7",
            "true",
            "false",
            "/tmp/a",
            "PLAINTEXT://127.0.0.1:7",
            "http://127.0.0.1:7",
            "PLAINTEXT:SSL,CONTROLLER:PLAINTEXT",
            "1@127.0.0.1:7",
            "127.0.0.1:7",
            "127.0.0.1:9",
            "latest",
            "0:1",
            "range",
            "uniform",
            "sticky",
            "client_id=a",
            "read_committed",
            "a");

    /// Settings that need another one beside them to mean something.
    private static final Map<String, Map<String, String>> BESIDE = Map.of(
            "security.inter.broker.protocol", Map.of("listeners", "PLAINTEXT://127.0.0.1:7,SSL://127.0.0.1:9"),
            "cordoned.log.dirs", Map.of("log.dirs", "/tmp/a"),
            "process.roles",
                    Map.of(
                            "listeners",
                            "CONTROLLER://127.0.0.1:7",
                            "controller.listener.names",
                            "CONTROLLER",
                            "listener.security.protocol.map",
                            "CONTROLLER:PLAINTEXT"),
            "controller.listener.names",
                    Map.of(
                            "listeners",
                            "PLAINTEXT://127.0.0.1:7,CONTROLLER://127.0.0.1:8,a://127.0.0.1:9",
                            "listener.security.protocol.map",
                            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,a:PLAINTEXT"),
            "inter.broker.listener.name",
                    Map.of(
                            "listeners",
                            "PLAINTEXT://127.0.0.1:7,a://127.0.0.1:9",
                            "listener.security.protocol.map",
                            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,a:PLAINTEXT"),
            "listener.security.protocol.map", Map.of("listeners", "PLAINTEXT://127.0.0.1:7"));

    /// A component of a config record, `GroupsConfig.Classic.sizeMax`.
    record Component(Class<?> type, String name) {
        @Override
        public String toString() {
            return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.') + "." + name;
        }
    }

    /// @param tried false when no other valid value was found: nothing is known then
    /// @param refused whether a broker with such a value may not start
    record Found(boolean tried, boolean refused, Set<Component> changed) {}

    /// So many values of a broker setting show what it changes.
    private static final int ENOUGH = 6;

    private SettingEffects() {}

    static Found ofBroker(ConfigKey key) {
        Map<String, String> beside = BESIDE.getOrDefault(key.name(), Map.of());
        BrokerConfig before = BrokerConfig.parse(beside) instanceof ParseResult.Valid valid
                ? valid.config()
                : BrokerConfig.defaults();
        int problems = problemsOf(before);
        boolean tried = false;
        boolean refused = false;
        int differing = 0;
        var changed = new LinkedHashSet<Component>();
        for (String text : candidates(key)) {
            BrokerConfig after;
            if (key.dynamicOnly()) after = before.withDynamic(Map.of(), Map.of(key.name(), text));
            else {
                var with = new HashMap<>(beside);
                with.put(key.name(), text);
                if (!(BrokerConfig.parse(with) instanceof ParseResult.Valid accepted)) continue;
                after = accepted.config();
            }
            tried = true;
            refused |= problemsOf(after) > problems;
            compare(before, after, changed);
            compare(GroupConfigs.effective(Map.of(), before), GroupConfigs.effective(Map.of(), after), changed);
            if (++differing == ENOUGH) break;
        }
        return new Found(tried, refused, changed);
    }

    /// Of a node alone and of a node of a cluster.
    private static int problemsOf(BrokerConfig config) {
        return config.unserved(_ -> true).size() + config.unservedInCluster().size();
    }

    static Found ofTopic(ConfigKey key) {
        BrokerConfig broker = valid(Map.of());
        return of(
                key,
                overrides -> TopicConfigs.problemWith(overrides, broker).isEmpty()
                        ? TopicConfigs.effective(overrides, broker)
                        : null);
    }

    static Found ofGroup(ConfigKey key) {
        BrokerConfig broker = valid(Map.of());
        return of(
                key,
                overrides -> GroupConfigs.problemWith(overrides, broker).isEmpty()
                        ? GroupConfigs.effective(overrides, broker)
                        : null);
    }

    static Found ofClientMetrics(ConfigKey key) {
        return of(
                key,
                overrides -> ClientMetricsConfigs.problem(overrides) == null
                        ? ClientMetricsConfigs.subscription(overrides)
                        : null);
    }

    /// @param read null for overrides that are refused
    private static Found of(ConfigKey key, Function<Map<String, String>, Object> read) {
        Object before = Objects.requireNonNull(read.apply(Map.of()));
        var changed = new LinkedHashSet<Component>();
        boolean tried = false;
        boolean accepted = false;
        for (String text : candidates(key)) {
            tried = true;
            Object after = read.apply(Map.of(key.name(), text));
            accepted |= after != null;
            if (after != null) compare(before, after, changed);
        }
        return new Found(tried, !accepted, changed);
    }

    private static BrokerConfig valid(Map<String, String> properties) {
        return ((ParseResult.Valid) BrokerConfig.parse(properties)).config();
    }

    private static List<String> candidates(ConfigKey key) {
        var candidates = new ArrayList<>(TEXTS);
        switch (key.rule()) {
            case Rule.OneOf(var allowed, var _) -> candidates.addAll(allowed);
            case Rule.ListOf(var allowed, var _) -> candidates.addAll(allowed);
            default -> {}
        }
        candidates.removeIf(text -> key.problemWith(text) != null || text.equals(key.defaultValue()));
        return candidates;
    }

    private static void compare(Object before, Object after, Set<Component> changed) {
        if (before instanceof BrokerLayers) return;
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            try {
                Object one = component.getAccessor().invoke(before);
                Object other = component.getAccessor().invoke(after);
                if (Objects.equals(one, other)) continue;
                if (one instanceof Record
                        && other != null
                        && isConfig(component.getType())
                        && !(one instanceof GroupsConfig.Bounded)) compare(one, other, changed);
                else changed.add(new Component(before.getClass(), component.getName()));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean isConfig(Class<?> type) {
        return type.getPackageName().startsWith("barnabas.config");
    }
}
