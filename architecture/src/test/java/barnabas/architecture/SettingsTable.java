package barnabas.architecture;

import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.UpdateMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// All settings of Kafka 4.4 and our own, and what becomes of each: the content of `docs/configs.md`.
///
/// @param rows by scope, in the order of the document
record SettingsTable(Map<Scope, List<Row>> rows) {
    /// The kind of resource that a setting belongs to.
    enum Scope {
        BROKER("Broker"),
        OWN("Broker, Barnabas' own"),
        TOPIC("Topic"),
        GROUP("Group"),
        CLIENT_METRICS("Client metrics");

        private final String title;

        Scope(String title) {
            this.title = title;
        }
    }

    /// Effect of a value that is not the default.
    enum State {
        WORKS("works"),
        REFUSED("refused"),
        WITHOUT_EFFECT("without effect");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    record Row(Scope scope, ConfigKey key, State state) {
        boolean ofBroker() {
            return scope == Scope.BROKER || scope == Scope.OWN;
        }

        private String whileRunning() {
            if (key.updateMode() == UpdateMode.READ_ONLY) return "refused";
            if (DynamicConfigs.isFixedHere(key.name())) return "refused (Kafka: " + mode() + ")";
            return state == State.WITHOUT_EFFECT ? mode() + ", without effect" : mode();
        }

        private String mode() {
            return key.updateMode() == UpdateMode.PER_BROKER ? "per broker" : "cluster-wide";
        }

        private String atStart(Optional<String> why) {
            String word = key.dynamicOnly() ? "-" : state.word;
            return why.isPresent() ? word + ": " + why.get() : word;
        }

        private String line(Optional<String> why) {
            String shown = key.defaultValue() == null
                    ? "none"
                    : key.defaultValue().isEmpty() ? "empty" : "`" + key.defaultValue() + "`";
            String line = "| `" + key.name() + "` | " + shown + " | ";
            if (ofBroker()) return line + atStart(why) + " | " + whileRunning() + " |";
            return line + state.word + why.map(text -> ": " + text).orElse("") + " |";
        }
    }

    /// The only value that is served is the default.
    private static final Set<String> REFUSED = Set.of("security.inter.broker.protocol");

    static SettingsTable of(SettingReaders readers) {
        var rows = new TreeMap<Scope, List<Row>>();
        rows.put(Scope.BROKER, rows(Scope.BROKER, KeyTable.broker(), SettingEffects::ofBroker, readers));
        rows.put(Scope.OWN, rows(Scope.OWN, KeyTable.barnabas(), SettingEffects::ofBroker, readers));
        rows.put(Scope.TOPIC, rows(Scope.TOPIC, KeyTable.topic(), SettingEffects::ofTopic, readers));
        rows.put(Scope.GROUP, rows(Scope.GROUP, KeyTable.group(), SettingEffects::ofGroup, readers));
        rows.put(
                Scope.CLIENT_METRICS,
                rows(Scope.CLIENT_METRICS, KeyTable.clientMetrics(), SettingEffects::ofClientMetrics, readers));
        return new SettingsTable(rows);
    }

    private static List<Row> rows(
            Scope scope, KeyTable table, Function<ConfigKey, SettingEffects.Found> effects, SettingReaders readers) {
        var rows = new ArrayList<Row>();
        for (ConfigKey key : table.keys())
            rows.add(new Row(scope, key, state(scope, key, effects.apply(key), readers)));
        return rows;
    }

    private static State state(Scope scope, ConfigKey key, SettingEffects.Found found, SettingReaders readers) {
        if (REFUSED.contains(key.name()) && found.refused()) return State.REFUSED;
        for (SettingEffects.Component each : found.changed())
            if (readers.uses(each.type(), each.name())) return State.WORKS;
        if (found.refused()) return State.REFUSED;
        return (scope == Scope.BROKER || scope == Scope.TOPIC) && readers.asksFor(key.name())
                ? State.WORKS
                : State.WITHOUT_EFFECT;
    }

    List<Row> all() {
        return rows.values().stream().flatMap(Collection::stream).toList();
    }

    /// The document.
    ///
    /// @param why the reason for a setting without effect
    String markdown(Function<Row, Optional<String>> why) {
        var text = new StringBuilder("""
                # Settings

                Every setting of Kafka 4.4, and those of Barnabas (`barnabas.`), in the order of their names. Generated from the code that reads them by
                `SettingsTest` (module architecture, `-Dsettings.write=true`), which fails when this page is not what it would write.

                - At start (`server.properties`, `--set`): **works**; **refused**: any
                  value but one that asks for nothing ends the start with a line; **without effect**: taken, shown and named in one line at start.
                - While running (kafka-configs): **cluster-wide** settings are set for all brokers or for one, those **per broker** for one only;
                  **refused**: "Cannot update these configs dynamically".
                """);
        rows.forEach((scope, rows) -> {
            boolean broker = scope == Scope.BROKER || scope == Scope.OWN;
            text.append("\n## ").append(scope.title).append("\n\n");
            text.append(
                    broker
                            ? "| name | default | at start | while running |\n|---|---|---|---|\n"
                            : "| name | default | set |\n|---|---|---|\n");
            for (Row row : rows) text.append(row.line(why.apply(row))).append('\n');
        });
        return text.toString();
    }
}
