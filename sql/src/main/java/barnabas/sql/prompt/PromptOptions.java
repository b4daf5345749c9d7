package barnabas.sql.prompt;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arguments of the prompt.
///
/// @param bootstrap `HOST:PORT` of a broker, for a service that is started when none answers; null without
/// @param rest the service
/// @param statements texts of `-e`, in their order
/// @param file of `-f`; null without
/// @param json answers are shown as JSON
public record PromptOptions(
        @Nullable String bootstrap,
        URI rest,
        List<String> statements,
        @Nullable String file,
        boolean json) {

    private static final String REST_DEFAULT = "127.0.0.1:8088";

    /// @throws IllegalArgumentException when an argument is unknown or has no value
    public static PromptOptions of(List<String> arguments) {
        String bootstrap = null;
        String rest = REST_DEFAULT;
        String file = null;
        boolean json = false;
        var statements = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--json")) {
                json = true;
                continue;
            }
            if (!List.of("-b", "--bootstrap-server", "--rest", "-e", "--execute", "-f", "--file")
                    .contains(name))
                throw new IllegalArgumentException(
                        "unknown argument '" + name + "', expected test FILE..., -b, --rest, -e, -f or --json");
            if (i + 1 == arguments.size()) throw new IllegalArgumentException(name + " needs a value");
            String value = arguments.get(++i);
            switch (name) {
                case "-b", "--bootstrap-server" -> bootstrap = value;
                case "--rest" -> rest = value;
                case "-f", "--file" -> file = value;
                default -> statements.add(value);
            }
        }
        return new PromptOptions(bootstrap, uri(rest), statements, file, json);
    }

    private static URI uri(String rest) {
        URI uri = URI.create(rest.contains("://") ? rest : "http://" + rest);
        if (uri.getHost() == null || uri.getPort() < 0)
            throw new IllegalArgumentException("--rest takes HOST:PORT, got '" + rest + "'");
        return uri;
    }
}
