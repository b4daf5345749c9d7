package barnabas.cli.migrate;

import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.OpenNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Check whether Barnabas starts with the settings of a node.
final class NodeSettingsCheck {
    private NodeSettingsCheck() {}

    /// The settings that a start refuses, one line each. A setting that depends on a secret is not checked: brokers do
    /// not show secrets.
    static List<String> refused(ClusterView.Node node) {
        var settings = new TreeMap<>(node.settings());
        // Brokers also hide the values of names that they do not know.
        for (String secret : node.secrets()) if (OpenNames.keyFor(secret) == null) settings.put(secret, "");
        return problems(settings).stream()
                .filter(line -> node.secrets().stream().noneMatch(secret -> isAbout(line, secret, settings.keySet())))
                .toList();
    }

    private static boolean isAbout(String line, String secret, Set<String> checked) {
        if (checked.contains(secret)) return false;
        ConfigKey key = OpenNames.keyFor(secret);
        return line.contains(secret) || (key != null && line.contains(key.name()));
    }

    private static List<String> problems(Map<String, String> settings) {
        return switch (BrokerConfig.parse(settings)) {
            case ParseResult.Invalid(List<String> problems) -> problems;
            case ParseResult.Valid(BrokerConfig config, var _) ->
                config.asksForCluster(_ -> true) ? config.unservedInCluster() : config.unserved(_ -> true);
        };
    }
}
