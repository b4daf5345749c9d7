package barnabas.config;

import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.KeysWithEffect;
import barnabas.config.keys.ListenerSettings;
import barnabas.config.keys.NearestName;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.Values;
import barnabas.config.listeners.ListenerParser;
import barnabas.config.listeners.ListenerRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// From official names and texts to a [BrokerConfig], with everything that is wrong collected.
public final class BrokerConfigParser {
    private BrokerConfigParser() {}

    static ParseResult parse(Map<String, String> properties) {
        var problems = new ArrayList<String>();
        var usable = new HashMap<String, String>();
        var withoutEffect = new ArrayList<String>();
        var removed = new ArrayList<String>();
        var broken = new HashSet<String>();
        for (var property : new TreeMap<>(properties).entrySet()) {
            String name = property.getKey();
            String text = property.getValue();
            ConfigKey key = OpenNames.keyFor(name);
            if (key == null && OpenNames.isRemoved(name)) {
                removed.add(name);
                continue;
            }
            if (key == null && !OpenNames.allowed(name, properties)) {
                problems.add(unknown(name));
                continue;
            }
            String problem = key == null ? null : key.problemWith(name, text);
            if (problem == null) usable.put(name, text);
            else {
                problems.add(problem);
                broken.add(name);
            }
            if (!KeysWithEffect.contains(name)) withoutEffect.add(name);
        }
        if (!usable.getOrDefault("authorizer.class.name", "").isBlank())
            withoutEffect.removeIf(OpenNames::isOfAuthorizer);
        problems.addAll(problemsBetween(usable, broken));
        problems.addAll(withoutListener(usable));
        if (!problems.isEmpty()) return new ParseResult.Invalid(List.copyOf(problems));
        var notes = notes(withoutEffect, removed);
        notes.addAll(ofNoListener(usable));
        return new ParseResult.Valid(BrokerConfig.of(new BrokerLayers(usable, Map.of(), Map.of())), List.copyOf(notes));
    }

    private static String unknown(String name) {
        var names = OpenNames.isOwn(name) ? KeyTable.barnabas() : KeyTable.broker();
        return "Unknown configuration " + name
                + NearestName.to(name, names.names())
                        .map(nearest -> ", the nearest valid name is " + nearest)
                        .orElse("");
    }

    private static List<String> notes(List<String> withoutEffect, List<String> removed) {
        var notes = new ArrayList<String>();
        if (!withoutEffect.isEmpty()) notes.add("Known but without effect so far: " + String.join(", ", withoutEffect));
        if (!removed.isEmpty()) notes.add("Ignored, removed in Kafka 4.0: " + String.join(", ", removed));
        return notes;
    }

    /// Settings of security under a prefix that no listener reads them by, although one was probably meant: a start
    /// would leave it open.
    private static List<String> withoutListener(Map<String, String> usable) {
        var problems = new ArrayList<String>();
        prefixed(usable).forEach((name, listener) -> {
            Set<String> listeners = ListenerParser.names(new Values(KeyTable.broker(), usable));
            String problem = ListenerSettings.problem(name);
            if (problem != null) problems.add(problem);
            else if (!listeners.contains(listener) && ListenerSettings.isOfSecurity(name))
                NearestName.slip(listener, listeners)
                        .ifPresent(meant -> problems.add(name + " would have no effect: there is no listener "
                                + listener + ", the nearest is " + meant));
        });
        return problems;
    }

    /// Settings of listeners that no other setting names. They may be those of other nodes that share the file.
    private static List<String> ofNoListener(Map<String, String> usable) {
        var notes = new ArrayList<String>();
        prefixed(usable).forEach((name, listener) -> {
            Set<String> listeners = ListenerParser.names(new Values(KeyTable.broker(), usable));
            if (!listeners.contains(listener))
                notes.add("Without effect, as there is no listener " + listener + ": " + name);
        });
        return notes;
    }

    /// Settings with a listener's prefix, and the listener's name in capitals.
    private static Map<String, String> prefixed(Map<String, String> usable) {
        var prefixed = new TreeMap<String, String>();
        for (String name : usable.keySet()) {
            String listener = OpenNames.listenerOf(name);
            if (listener != null) prefixed.put(name, listener.toUpperCase(Locale.ROOT));
        }
        return prefixed;
    }

    /// Values that are valid one by one and yet cannot be together.
    ///
    /// @param broken names that were set to something unusable: rules about them are not checked
    private static List<String> problemsBetween(Map<String, String> usable, Set<String> broken) {
        var values = new Values(KeyTable.broker(), usable);
        var problems = new ArrayList<>(ListenerRules.problems(values, broken));
        problems.addAll(BrokerRules.problems(values, broken));
        return problems;
    }

    /// All that is wrong with the official broker names among `settings`, whatever layers they come from.
    public static List<String> problems(Map<String, String> settings) {
        var problems = new ArrayList<String>();
        for (var setting : new TreeMap<>(settings).entrySet()) {
            ConfigKey key = OpenNames.keyFor(setting.getKey());
            String problem = key == null ? null : key.problemWith(setting.getKey(), setting.getValue());
            if (problem != null) problems.add(problem);
        }
        return problems.isEmpty() ? problemsBetween(settings, Set.of()) : problems;
    }

    /// `layers` without the dynamic values that make no valid configuration. They were checked before they were
    /// stored, so this happens only when the file has changed since.
    static BrokerLayers usable(BrokerLayers layers) {
        if (problems(layers.merged()).isEmpty()) return layers;
        var usable = new BrokerLayers(layers.file(), Map.of(), Map.of());
        for (var value : new TreeMap<>(layers.clusterWide()).entrySet()) {
            var clusterWide = new HashMap<>(usable.clusterWide());
            clusterWide.put(value.getKey(), value.getValue());
            var wider = new BrokerLayers(usable.file(), clusterWide, usable.thisBroker());
            if (problems(wider.merged()).isEmpty()) usable = wider;
        }
        for (var value : new TreeMap<>(layers.thisBroker()).entrySet()) {
            var thisBroker = new HashMap<>(usable.thisBroker());
            thisBroker.put(value.getKey(), value.getValue());
            var wider = new BrokerLayers(usable.file(), usable.clusterWide(), thisBroker);
            if (problems(wider.merged()).isEmpty()) usable = wider;
        }
        return usable;
    }
}
