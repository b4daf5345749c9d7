package barnabas.sql.registry;

import barnabas.sql.web.ServiceAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Settings of the connection to a schema registry.
public final class RegistryConfig {
    public static final String PREFIX = "ksql.schema.registry.";
    private static final String URL = PREFIX + "url";
    private static final String SOURCE = PREFIX + "basic.auth.credentials.source";
    private static final String LOGIN = PREFIX + "basic.auth.user.info";
    private static final List<String> NAMES = List.of(URL, SOURCE, LOGIN);

    private RegistryConfig() {}

    /// @param settings those with [#PREFIX]
    /// @return null without a registry
    public static @Nullable ServiceAddress address(Map<String, String> settings, List<String> problems) {
        for (String each : new TreeSet<>(settings.keySet()))
            if (!NAMES.contains(each)) problems.add("unknown setting " + each + ": " + NAMES + " are known");
        String source = settings.getOrDefault(SOURCE, "USER_INFO");
        if (!source.equals("USER_INFO") && !source.equals("URL"))
            problems.add(SOURCE + " is 'USER_INFO' or 'URL', not '" + source + "'");
        String text = settings.get(URL);
        if (text == null) return null;
        return ServiceAddress.of(URL, text, source.equals("USER_INFO") ? settings.get(LOGIN) : null, problems);
    }
}
