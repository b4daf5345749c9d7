package barnabas.config.keys;

import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// The text form of a configuration: a `server.properties` file and `--set key=value` on the command line.
public final class ServerProperties {
    private ServerProperties() {}

    /// Reads the Java properties format.
    ///
    /// @throws IllegalArgumentException for a malformed Unicode escape
    public static Map<String, String> read(Reader reader) throws IOException {
        var properties = new Properties();
        properties.load(reader);
        var map = new HashMap<String, String>();
        for (String name : properties.stringPropertyNames()) map.put(name, properties.getProperty(name));
        return map;
    }

    /// `base` with the `key=value` settings on top; a later one outranks an earlier one.
    ///
    /// @throws IllegalArgumentException when a setting has no `=` or no key
    public static Map<String, String> with(Map<String, String> base, List<String> settings) {
        var map = new HashMap<>(base);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) throw new IllegalArgumentException("--set takes key=value, not '" + setting + "'");
            map.put(
                    setting.substring(0, equals).trim(),
                    setting.substring(equals + 1).trim());
        }
        return map;
    }
}
