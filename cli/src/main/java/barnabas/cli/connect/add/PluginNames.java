package barnabas.cli.connect.add;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Failure;
import barnabas.config.keys.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Names by which operators call connector classes: `FileStreamSource`, `file-stream-source`, `postgres`, or the class.
final class PluginNames {
    private static final String CONNECTOR = "connector";

    private PluginNames() {}

    /// Finds a connector class.
    ///
    /// @param plugins an answer of `/connector-plugins`
    /// @throws Failure when no class or more than one has the name
    static Plugin find(String name, JsonNode plugins) throws Failure {
        var found = new LinkedHashSet<Plugin>();
        var known = new TreeSet<String>();
        for (JsonNode each : plugins.list()) {
            var plugin = new Plugin(each.at("class").text(), each.at("type").text());
            known.add(shortName(plugin.className()));
            if (plugin.className().equals(name)) return plugin;
            if (spellings(plugin.className()).contains(squeezed(name))) found.add(plugin);
        }
        if (found.size() == 1) return found.getFirst();
        if (found.isEmpty()) throw new Failure(unknown(name, known));
        List<String> classes = found.stream().map(Plugin::className).toList();
        throw new Failure("several plug-ins are called '" + name + "', give the class: " + String.join(", ", classes));
    }

    /// @param type `source` or `sink`
    record Plugin(String className, String type) {
        boolean isSink() {
            return type.equals("sink");
        }
    }

    private static String unknown(String name, Set<String> known) {
        String near = NearestName.to(name, known)
                .map(each -> ", did you mean '" + each + "'?")
                .orElse("");
        return "the worker has no plug-in '" + name + "'" + near + " It has: " + String.join(", ", known)
                + ". 'barnabas connect plugin add' brings others";
    }

    static String shortName(String className) {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        return simple.endsWith("Connector") && simple.length() > CONNECTOR.length()
                ? simple.substring(0, simple.length() - CONNECTOR.length())
                : simple;
    }

    private static List<String> spellings(String className) {
        var spellings = new ArrayList<String>();
        String simple = squeezed(className.substring(className.lastIndexOf('.') + 1));
        spellings.add(simple);
        if (simple.endsWith(CONNECTOR)) spellings.add(simple.substring(0, simple.length() - CONNECTOR.length()));
        return spellings;
    }

    private static String squeezed(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(" ", "");
    }
}
