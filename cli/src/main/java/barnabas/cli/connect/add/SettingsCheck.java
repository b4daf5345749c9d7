package barnabas.cli.connect.add;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.config.keys.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Problems of a connector's settings: errors that the worker names, names that the plug-in does not define,
/// and secrets that REST would show. No problem contains a value that may be secret.
final class SettingsCheck {
    private static final String PASSWORD = "PASSWORD";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[\\w.-]+:[^}]*\\}");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(password|passwd|secret|credential|jaas|private\\.key|token).*");
    /// Settings below these names are for other parts: clients, converters, transformations, drivers.
    private static final List<String> OPEN_PREFIXES = List.of(
            "transforms.",
            "predicates.",
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "producer.",
            "consumer.",
            "admin.",
            "topic.creation.",
            "source.",
            "target.",
            "driver.",
            "hibernate.",
            "internal.",
            "schema.history.internal.",
            "converters.");
    private static final int WORDS_MAX = 400;

    private SettingsCheck() {}

    /// One line each.
    ///
    /// @param answer of `/connector-plugins/NAME/config/validate`
    static List<String> problems(Map<String, String> settings, JsonNode answer) {
        var problems = new ArrayList<String>();
        var defined = new HashSet<String>();
        var passwords = new HashSet<String>();
        for (JsonNode each : answer.at("configs").list()) {
            JsonNode definition = each.at("definition");
            String key = each.at("value").at("name").text();
            if (!definition.isMissing()) defined.add(key);
            if (definition.at("type").text().equals(PASSWORD)) passwords.add(key);
            // An undefined name is reported once, with its nearest one.
            if (definition.isMissing() && settings.containsKey(key)) continue;
            // Later ones of a setting mostly follow from the first.
            each.at("value").at("errors").list().stream()
                    .limit(1)
                    .forEach(error -> problems.add(key + ": " + withoutSecrets(error.text(), settings)));
        }
        for (String key : new TreeSet<>(settings.keySet())) {
            if (!defined.contains(key)) undefined(key, defined, problems);
            String value = settings.getOrDefault(key, "");
            boolean secret = passwords.contains(key)
                    || (!defined.contains(key) && SECRET_NAME.matcher(key).matches());
            if (secret && !value.isEmpty() && !REFERENCE.matcher(value).find())
                problems.add(key + ": a secret must not be written out: put it into a file of the directory 'secrets'"
                        + " and give '${file:PATH:KEY}', or '${env:CONNECT_NAME}' for the worker's environment");
        }
        return problems;
    }

    private static void undefined(String key, Set<String> defined, List<String> problems) {
        for (String prefix : OPEN_PREFIXES) if (key.startsWith(prefix)) return;
        problems.add(key + ": the plug-in has no such setting"
                + NearestName.to(key, defined)
                        .map(near -> ", did you mean '" + near + "'?")
                        .orElse(""));
    }

    /// A message of the worker may quote the value that it refuses.
    private static String withoutSecrets(String message, Map<String, String> settings) {
        String text = message;
        for (var each : settings.entrySet()) {
            boolean secret = SECRET_NAME.matcher(each.getKey()).matches();
            if (secret && each.getValue().length() > 2) text = text.replace(each.getValue(), "[hidden]");
        }
        return text.length() <= WORDS_MAX ? text : text.substring(0, WORDS_MAX) + "...";
    }
}
