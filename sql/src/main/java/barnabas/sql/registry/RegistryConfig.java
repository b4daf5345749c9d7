package barnabas.sql.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Settings of the connection to a schema registry.
///
/// @param urls `ksql.schema.registry.url`, tried in their order
/// @param login `user:password` of `ksql.schema.registry.basic.auth.user.info`; null without
public record RegistryConfig(List<URI> urls, @Nullable String login) {
    public static final String PREFIX = "ksql.schema.registry.";
    private static final String URL = PREFIX + "url";
    private static final String SOURCE = PREFIX + "basic.auth.credentials.source";
    private static final String LOGIN = PREFIX + "basic.auth.user.info";
    private static final List<String> NAMES = List.of(URL, SOURCE, LOGIN);

    public RegistryConfig {
        urls = List.copyOf(urls);
    }

    /// Without the password.
    @Override
    public String toString() {
        return urls.toString();
    }

    /// @param settings those with [#PREFIX]
    /// @return null without a registry
    public static @Nullable RegistryConfig of(Map<String, String> settings, List<String> problems) {
        for (String each : new TreeSet<>(settings.keySet()))
            if (!NAMES.contains(each)) problems.add("unknown setting " + each + ": " + NAMES + " are known");
        String source = settings.getOrDefault(SOURCE, "USER_INFO");
        if (!source.equals("USER_INFO") && !source.equals("URL"))
            problems.add(SOURCE + " is 'USER_INFO' or 'URL', not '" + source + "'");
        String text = settings.get(URL);
        if (text == null) return null;
        var urls = new ArrayList<URI>();
        String login = source.equals("USER_INFO") ? settings.get(LOGIN) : null;
        for (String each : text.split(",", -1)) {
            URI url = url(each.strip());
            if (url == null) problems.add(URL + " takes URLs of http and https, separated by commas, without a path");
            else urls.add(url);
            if (url != null && url.getUserInfo() != null) login = url.getUserInfo();
        }
        return new RegistryConfig(urls, login);
    }

    private static @Nullable URI url(String text) {
        try {
            URI url = URI.create(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean plain = url.getPath() == null
                    || url.getPath().isEmpty()
                    || url.getPath().equals("/");
            return http && plain && url.getHost() != null ? url : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
