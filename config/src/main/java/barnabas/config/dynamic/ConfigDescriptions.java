package barnabas.config.dynamic;

import barnabas.config.BrokerConfig;
import barnabas.config.TopicConfigs;
import barnabas.config.dynamic.ConfigEntry.Synonym;
import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.Synonyms;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Configs of a resource as DescribeConfigs shows them: every official name that is not internal and every name
/// that was set, in alphabetical order, with the layers that set it.
public final class ConfigDescriptions {
    private ConfigDescriptions() {}

    /// A topic.
    public static List<ConfigEntry> topic(Map<String, String> overrides, BrokerConfig broker) {
        BrokerLayers layers = broker.layers();
        Values values = TopicConfigs.values(overrides, layers.merged());
        var entries = new ArrayList<ConfigEntry>();
        for (ConfigKey key : KeyTable.topic().keys()) {
            String override = overrides.get(key.name());
            if (key.internal() && override == null) continue;
            var synonyms = new ArrayList<Synonym>();
            if (override != null) synonyms.add(new Synonym(key.name(), override, ConfigSource.DYNAMIC_TOPIC_CONFIG));
            List<Synonyms.Synonym> chain = Synonyms.ofTopic(key.name());
            if (!chain.isEmpty()) synonyms.addAll(synonyms(chain.getFirst().name(), layers));
            entries.add(entry(key, values.text(key.name()), synonyms));
        }
        return List.copyOf(entries);
    }

    /// A group.
    public static List<ConfigEntry> group(Map<String, String> overrides, BrokerConfig broker) {
        Values values = GroupConfigs.values(overrides, broker);
        var entries = new ArrayList<ConfigEntry>();
        for (ConfigKey key : KeyTable.group().keys()) {
            String override = overrides.get(key.name());
            if (key.internal() && override == null) continue;
            var synonyms = new ArrayList<Synonym>();
            if (override != null) synonyms.add(new Synonym(key.name(), override, ConfigSource.GROUP_CONFIG));
            String brokerName = GroupConfigs.brokerName(key.name());
            if (brokerName != null) synonyms.addAll(synonyms(brokerName, broker.layers()));
            else synonyms.add(new Synonym(key.name(), key.defaultValue(), ConfigSource.DEFAULT_CONFIG));
            entries.add(entry(key, values.text(key.name()), synonyms));
        }
        return List.copyOf(entries);
    }

    /// A subscription of client metrics.
    public static List<ConfigEntry> clientMetrics(Map<String, String> overrides) {
        var entries = new ArrayList<ConfigEntry>();
        for (ConfigKey key : KeyTable.clientMetrics().keys()) {
            String override = overrides.get(key.name());
            List<Synonym> synonyms = override == null
                    ? List.of()
                    : List.of(new Synonym(key.name(), override, ConfigSource.CLIENT_METRICS_CONFIG));
            entries.add(entry(key, override == null ? key.defaultValue() : override, synonyms));
        }
        return List.copyOf(entries);
    }

    /// A broker: all it was started with, what changed since and all defaults.
    public static List<ConfigEntry> broker(BrokerConfig broker) {
        BrokerLayers layers = withNodeId(broker);
        var names = new TreeSet<>(layers.merged().keySet());
        for (ConfigKey key : KeyTable.broker().keys()) if (!key.internal() && !key.dynamicOnly()) names.add(key.name());
        var entries = new ArrayList<ConfigEntry>();
        Map<String, String> merged = layers.merged();
        for (String name : names) {
            String text = merged.get(name);
            ConfigKey exact = OpenNames.exact(name);
            if (text == null && exact != null) text = exact.defaultValue();
            entries.add(brokerEntry(name, text, synonyms(name, layers)));
        }
        return List.copyOf(entries);
    }

    /// The cluster-wide dynamic values: only what is set.
    public static List<ConfigEntry> clusterWide(Map<String, String> clusterWide) {
        var entries = new ArrayList<ConfigEntry>();
        for (var value : new TreeMap<>(clusterWide).entrySet()) {
            Synonym synonym = shown(value.getKey(), value.getValue(), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
            entries.add(brokerEntry(value.getKey(), value.getValue(), List.of(synonym)));
        }
        return List.copyOf(entries);
    }

    /// `broker.id` is the old name of `node.id` and shown as set to the same.
    private static BrokerLayers withNodeId(BrokerConfig broker) {
        var file = new TreeMap<>(broker.layers().file());
        String nodeId = Integer.toString(broker.node().nodeId());
        file.put("broker.id", nodeId);
        file.put("node.id", nodeId);
        return new BrokerLayers(
                file, broker.layers().clusterWide(), broker.layers().thisBroker());
    }

    private static ConfigEntry entry(ConfigKey key, @Nullable String text, List<Synonym> synonyms) {
        var shown = new ArrayList<Synonym>();
        for (Synonym synonym : synonyms) {
            boolean own = synonym.name().equals(key.name()) && synonym.value() != null;
            shown.add(own ? new Synonym(key.name(), canonical(key, synonym.value()), synonym.source()) : synonym);
        }
        return new ConfigEntry(
                key.name(),
                key.sensitive() ? null : canonical(key, text),
                source(synonyms),
                false,
                key.sensitive(),
                key.type(),
                List.copyOf(shown));
    }

    private static ConfigEntry brokerEntry(String name, @Nullable String text, List<Synonym> synonyms) {
        ConfigKey exact = OpenNames.exact(name);
        ConfigKey key = OpenNames.keyFor(name);
        boolean sensitive = key == null || key.sensitive();
        return new ConfigEntry(
                name,
                sensitive ? null : canonical(key, text),
                source(synonyms),
                exact == null || !DynamicConfigs.isDynamic(exact),
                sensitive,
                key == null ? null : key.type(),
                List.copyOf(synonyms));
    }

    private static ConfigSource source(List<Synonym> synonyms) {
        return synonyms.isEmpty()
                ? ConfigSource.DEFAULT_CONFIG
                : synonyms.getFirst().source();
    }

    /// Every layer's word on a broker setting under any of its names. The list begins where `name` itself is set;
    /// what outranks it under another name is left out, so it is empty when only the other names are set, as Kafka
    /// has it.
    private static List<Synonym> synonyms(String name, BrokerLayers layers) {
        var names = new ArrayList<>(Synonyms.ofBroker(name));
        String base = OpenNames.withoutListener(name);
        if (base != null) names.add(base);
        var all = new ArrayList<Synonym>();
        addLayer(all, names, layers.thisBroker(), ConfigSource.DYNAMIC_BROKER_CONFIG);
        addLayer(all, names, layers.clusterWide(), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        addLayer(all, names, layers.file(), ConfigSource.STATIC_BROKER_CONFIG);
        for (String each : names) {
            ConfigKey key = OpenNames.exact(each);
            if (key != null && key.defaultValue() != null && !key.dynamicOnly())
                all.add(shown(each, key.defaultValue(), ConfigSource.DEFAULT_CONFIG));
        }
        while (!all.isEmpty() && !all.getFirst().name().equals(name)) all.removeFirst();
        return all;
    }

    private static void addLayer(List<Synonym> to, List<String> names, Map<String, String> layer, ConfigSource source) {
        for (String name : names) {
            String text = layer.get(name);
            if (text != null) to.add(shown(name, text, source));
        }
    }

    private static Synonym shown(String name, String text, ConfigSource source) {
        ConfigKey key = OpenNames.keyFor(name);
        boolean sensitive = key == null || key.sensitive();
        return new Synonym(name, sensitive ? null : canonical(key, text), source);
    }

    private static @Nullable String canonical(@Nullable ConfigKey key, @Nullable String text) {
        return key == null || text == null ? text : key.canonical(text);
    }
}
