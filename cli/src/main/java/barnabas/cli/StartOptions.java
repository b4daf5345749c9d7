package barnabas.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Options of `barnabas start`.
///
/// @param port empty leaves it to the config, or 9092
/// @param data empty leaves it to the config, or `data`
/// @param settings `key=value`, in their order
/// @param stopWithInput stop when standard input ends
/// @param secured empty: as the config says
record StartOptions(
        OptionalInt port,
        Optional<Path> data,
        Optional<Path> config,
        List<String> settings,
        boolean stopWithInput,
        Optional<Secured> secured) {
    static final String SECURE = "--secure";

    /// Of `--secure`.
    ///
    /// @param host by which clients reach the node; empty for this machine alone
    record Secured(Optional<String> host) {}

    static final String COMMAND = "start";
    static final String STOP_WITH_INPUT = "--stop-with-input";

    /// Reads `start [--option VALUE | --option=VALUE]...`. Empty for everything else, mistakes included:
    /// picocli explains those.
    static Optional<StartOptions> quick(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals(COMMAND)) return Optional.empty();
        OptionalInt port = OptionalInt.empty();
        Optional<Path> data = Optional.empty();
        Optional<Path> config = Optional.empty();
        var settings = new ArrayList<String>();
        boolean stopWithInput = false;
        boolean secure = false;
        Optional<String> host = Optional.empty();
        for (int i = 1; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals(STOP_WITH_INPUT)) {
                stopWithInput = true;
                continue;
            }
            if (name.equals(SECURE)) {
                secure = true;
                continue;
            }
            String value;
            int equals = name.indexOf('=');
            if (equals > 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            } else if (i + 1 < arguments.length) {
                value = arguments[++i];
            } else {
                return Optional.empty();
            }
            switch (name) {
                case "--port" -> {
                    if (!isPort(value)) return Optional.empty();
                    port = OptionalInt.of(Integer.parseInt(value));
                }
                case "--data" -> data = Optional.of(Path.of(value));
                case "--config" -> config = Optional.of(Path.of(value));
                case "--host" -> host = Optional.of(value);
                case "--set" -> {
                    if (value.indexOf('=') < 1) return Optional.empty();
                    settings.add(value);
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        if (host.isPresent() && !secure) return Optional.empty();
        Optional<Secured> secured = secure ? Optional.of(new Secured(host)) : Optional.empty();
        return Optional.of(new StartOptions(port, data, config, List.copyOf(settings), stopWithInput, secured));
    }

    static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5) return false;
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return Integer.parseInt(text) <= 65_535;
    }
}
