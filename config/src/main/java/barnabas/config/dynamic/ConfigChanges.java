package barnabas.config.dynamic;

import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_CONFIG;
import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_REQUEST;

import barnabas.config.dynamic.ChangeResult.Changed;
import barnabas.config.dynamic.ChangeResult.Refused;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.ConfigType;
import barnabas.config.keys.KeyTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Applies operations to overrides, without asking whether the values make sense (KIP-339).
final class ConfigChanges {
    private ConfigChanges() {}

    /// Which names are lists, and how the refusal reads for the others. Kafka has list operations for topics and
    /// brokers only and words the refusals differently.
    enum Lists {
        TOPIC,
        BROKER,
        NONE;

        private @Nullable ConfigKey listNamed(String name) {
            ConfigKey key = switch (this) {
                case TOPIC -> KeyTable.topic().find(name);
                case BROKER -> KeyTable.broker().find(name);
                case NONE -> null;
            };
            return key != null && key.type() == ConfigType.LIST ? key : null;
        }

        private Refused refusal(ConfigChange change) {
            String message = switch (this) {
                case BROKER ->
                    KeyTable.broker().find(change.name()) == null
                            ? "Unknown config name: " + change.name()
                            : "Config value "
                                    + (change.operation() == ConfigChange.Operation.APPEND ? "append" : "subtract")
                                    + " is not allowed for config key: " + change.name();
                case TOPIC, NONE ->
                    "Can't " + change.operation() + " to key " + change.name() + " because its type is not LIST.";
            };
            return new Refused(INVALID_CONFIG, message);
        }
    }

    /// Error of changes that are invalid for every resource; null if valid.
    static @Nullable Refused problemWithForm(List<ConfigChange> changes) {
        var names = new HashSet<String>();
        for (ConfigChange change : changes)
            if (!names.add(change.name())) return new Refused(INVALID_REQUEST, "Error due to duplicate config keys");
        var withoutValue = new ArrayList<String>();
        for (ConfigChange change : changes)
            if (change.value() == null && change.operation() != ConfigChange.Operation.DELETE)
                withoutValue.add(change.name());
        return withoutValue.isEmpty()
                ? null
                : new Refused(INVALID_REQUEST, "Null value not supported for : " + String.join(", ", withoutValue));
    }

    /// @param changes that [#problemWithForm] found nothing wrong with
    static ChangeResult apply(Map<String, String> current, List<ConfigChange> changes, Lists lists) {
        var overrides = new HashMap<>(current);
        for (ConfigChange change : changes) {
            String value = change.value() == null ? "" : change.value();
            switch (change.operation()) {
                case SET -> overrides.put(change.name(), value);
                case DELETE -> overrides.remove(change.name());
                case APPEND, SUBTRACT -> {
                    ConfigKey list = lists.listNamed(change.name());
                    if (list == null) return lists.refusal(change);
                    overrides.put(change.name(), edited(overrides.get(change.name()), list, change, value));
                }
            }
        }
        return new Changed(Map.copyOf(overrides));
    }

    /// The list after the operation. Without an override it starts from the official default, not from what the
    /// broker would lend: so Kafka does it.
    private static String edited(@Nullable String override, ConfigKey list, ConfigChange change, String value) {
        String before = override == null ? list.defaultValue() : override;
        var elements = new ArrayList<>(before == null ? List.of() : ConfigKey.elements(before));
        for (String element : ConfigKey.elements(value)) {
            if (change.operation() == ConfigChange.Operation.SUBTRACT) elements.remove(element);
            else if (!elements.contains(element)) elements.add(element);
        }
        return String.join(",", elements);
    }
}
