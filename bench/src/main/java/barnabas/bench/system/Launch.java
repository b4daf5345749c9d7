package barnabas.bench.system;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Command, settings and limits that one broker process is started with.
///
/// @param directory where its data and its own log go; what is in it already is kept
/// @param cpus the CPUs it may use
/// @param config broker configs, official names, on top of the system's own
/// @param jvmOptions further options for its JVM (a flight recording); empty for everything that is compared
/// @param tls of one more listener, which encrypts; null for none
/// @param metrics whether it serves a page of metrics to Prometheus
/// @param member its place in a cluster; null for a node alone
public record Launch(
        Path directory,
        Cpus cpus,
        Map<String, String> config,
        String jvmOptions,
        @Nullable TlsKeys tls,
        boolean metrics,
        @Nullable Member member) {
    public Launch(Path directory, Cpus cpus, Map<String, String> config, String jvmOptions) {
        this(directory, cpus, config, jvmOptions, null, false, null);
    }

    public Launch(Path directory, Cpus cpus, Map<String, String> config) {
        this(directory, cpus, config, "");
    }

    /// The same with one more listener.
    public Launch withTls(TlsKeys keys) {
        return new Launch(directory, cpus, config, jvmOptions, keys, metrics, member);
    }

    /// The same with a page of metrics.
    public Launch withMetrics() {
        return new Launch(directory, cpus, config, jvmOptions, tls, true, member);
    }

    Launch asNode(Member place) {
        return new Launch(directory, cpus, config, jvmOptions, tls, metrics, place);
    }

    public Path dataDirectory() {
        return directory.resolve("data");
    }

    public Path logFile() {
        return directory.resolve("broker.out");
    }
}
