package barnabas.config;

import barnabas.config.keys.Values;
import java.util.List;

/// The console in the browser and its REST interface, on the HTTP listener.
///
/// @param enabled whether they are served at all
/// @param readOnly whether they refuse every change
/// @param remote whether they answer clients of other machines
/// @param hosts names under which browsers may ask for them, beside `localhost` and addresses
public record ConsoleConfig(boolean enabled, boolean readOnly, boolean remote, List<String> hosts) {
    public static final String ENABLED = "barnabas.console.enable";
    public static final String READ_ONLY = "barnabas.console.read.only";
    public static final String REMOTE = "barnabas.console.remote.enable";
    public static final String HOSTS = "barnabas.console.hosts";

    public ConsoleConfig {
        hosts = List.copyOf(hosts);
    }

    static ConsoleConfig of(Values values) {
        return new ConsoleConfig(values.flag(ENABLED), values.flag(READ_ONLY), values.flag(REMOTE), values.list(HOSTS));
    }
}
