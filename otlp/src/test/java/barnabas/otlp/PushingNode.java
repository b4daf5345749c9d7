package barnabas.otlp;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A node that pushes every second.
final class PushingNode {
    private PushingNode() {}

    static Barnabas start(Path data, String endpoint, Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.resolve("log").toString(),
                "barnabas.http.listeners", "http://127.0.0.1:0",
                "barnabas.otlp.endpoint", endpoint,
                "barnabas.otlp.interval.ms", "1000"));
        settings.putAll(more);
        return Barnabas.start(settings);
    }
}
