package barnabas.sql.connect;

import barnabas.sql.web.ServiceAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Settings of the connection to Kafka Connect.
public final class ConnectConfig {
    public static final String PREFIX = "ksql.connect.";
    private static final String URL = PREFIX + "url";
    private static final String SOURCE = PREFIX + "basic.auth.credentials.source";
    private static final String FILE = PREFIX + "basic.auth.credentials.file";
    private static final List<String> NAMES = List.of(URL, SOURCE, FILE);

    private ConnectConfig() {}

    /// @param settings those with [#PREFIX]
    /// @return null without Connect
    public static @Nullable ServiceAddress address(Map<String, String> settings, List<String> problems) {
        for (String each : new TreeSet<>(settings.keySet()))
            if (!NAMES.contains(each)) problems.add("unknown setting " + each + ": " + NAMES + " are known");
        String source = settings.getOrDefault(SOURCE, "NONE");
        if (!source.equals("NONE") && !source.equals("FILE"))
            problems.add(SOURCE + " is 'NONE' or 'FILE', not '" + source + "'");
        String text = settings.get(URL);
        if (text == null) return null;
        return ServiceAddress.of(
                URL, text, source.equals("FILE") ? login(settings.get(FILE), problems) : null, problems);
    }

    private static @Nullable String login(@Nullable String file, List<String> problems) {
        var login = new Properties();
        try {
            if (file == null) throw new IOException("it is not set");
            try (BufferedReader in = Files.newBufferedReader(Path.of(file))) {
                login.load(in);
            }
        } catch (IOException e) {
            problems.add(FILE + " cannot be read: " + e.getMessage());
            return null;
        }
        String user = login.getProperty("username");
        String password = login.getProperty("password");
        if (user != null && password != null) return user + ":" + password;
        problems.add(FILE + " names a file with the lines username=... and password=...");
        return null;
    }
}
