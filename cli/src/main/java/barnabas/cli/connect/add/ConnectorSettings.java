package barnabas.cli.connect.add;

import barnabas.cli.connect.add.PluginNames.Plugin;
import java.util.LinkedHashMap;
import java.util.Map;

/// Settings of a new connector: those of the operator over defaults.
final class ConnectorSettings {
    static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";

    private static final String STRINGS = "org.apache.kafka.connect.storage.StringConverter";
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String FILE_STREAM = "org.apache.kafka.connect.file.";
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String MIRROR = "org.apache.kafka.connect.mirror.";

    private ConnectorSettings() {}

    static Map<String, String> of(String name, Plugin plugin, Map<String, String> given) {
        var all = new LinkedHashMap<String, String>();
        all.put("name", name);
        all.put("connector.class", plugin.className());
        String converter = converter(plugin.className());
        all.put("key.converter", converter);
        all.put("value.converter", converter);
        if (plugin.isSink()) {
            // A record that cannot be read or written goes to a topic of its own, with the reason in its headers.
            all.put("errors.tolerance", "all");
            all.put(DEAD_LETTERS, "dlq." + name);
            all.put("errors.deadletterqueue.topic.replication.factor", "-1");
            all.put("errors.deadletterqueue.context.headers.enable", "true");
            all.put("errors.log.enable", "true");
        }
        all.putAll(given);
        return all;
    }

    private static String converter(String className) {
        if (className.startsWith(FILE_STREAM)) return STRINGS;
        // Mirrored records keep their bytes.
        return className.startsWith(MIRROR) ? BYTES : JSON;
    }
}
