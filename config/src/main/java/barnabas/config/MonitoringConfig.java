package barnabas.config;

import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.Rule;
import barnabas.config.keys.Values;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import barnabas.config.listeners.SecurityProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pages of a node over HTTP, and the size of its page of metrics.
///
/// @param httpListeners addresses; none for no HTTP
/// @param httpByDefault whether the addresses are the default, which a node does without when they are taken
/// @param topicsMax topics with samples of their own
/// @param partitionsMax partitions with samples of their own
/// @param offsetsMax committed offsets with samples of their own
/// @param clientNumbersMax numbers of clients (KIP-714) with samples of their own
/// @param registryListeners further addresses that answer the schema registry only
/// @param jmx whether the values are MBeans too
/// @param console pages for people on the HTTP listener
/// @param otlp where the values are pushed to
public record MonitoringConfig(
        List<HttpAddress> httpListeners,
        boolean httpByDefault,
        int topicsMax,
        int partitionsMax,
        int offsetsMax,
        int clientNumbersMax,
        List<HttpAddress> registryListeners,
        boolean jmx,
        Console console,
        Otlp otlp) {
    /// Name of the setting for HTTP.
    public static final String HTTP_LISTENERS = "barnabas.http.listeners";

    /// Name of the setting for addresses of the schema registry.
    public static final String REGISTRY_LISTENERS = "barnabas.schema.registry.listeners";

    /// Name of the setting for MBeans.
    public static final String JMX = "barnabas.jmx.enable";

    /// An address for clients over HTTP.
    ///
    /// @param isEncrypted whether clients come over TLS
    public record HttpAddress(HostAndPort address, boolean isEncrypted) {}

    /// The console in the browser and its REST interface, on the HTTP listener.
    ///
    /// @param enabled whether they are served at all
    /// @param readOnly whether they refuse every change
    /// @param remote whether they answer clients of other machines
    /// @param hosts names under which browsers may ask for them, beside `localhost` and addresses
    public record Console(boolean enabled, boolean readOnly, boolean remote, List<String> hosts) {
        public static final String ENABLED = "barnabas.console.enable";
        public static final String READ_ONLY = "barnabas.console.read.only";
        public static final String REMOTE = "barnabas.console.remote.enable";
        public static final String HOSTS = "barnabas.console.hosts";

        public Console {
            hosts = List.copyOf(hosts);
        }

        static Console of(Values values) {
            return new Console(values.flag(ENABLED), values.flag(READ_ONLY), values.flag(REMOTE), values.list(HOSTS));
        }
    }

    /// Metrics pushed by OTLP.
    ///
    /// @param endpoint URL that takes them; empty for no push
    /// @param headers of each push
    public record Otlp(String endpoint, Map<String, String> headers, int intervalMillis, int timeoutMillis) {
        public static final String ENDPOINT = "barnabas.otlp.endpoint";

        public Otlp {
            headers = Map.copyOf(headers);
        }

        public boolean isOn() {
            return !endpoint.isEmpty();
        }

        static Otlp of(Values values) {
            String endpoint = values.string(ENDPOINT);
            String headers = values.stringOrNull("barnabas.otlp.headers");
            Map<String, String> read =
                    headers == null || headers.isEmpty() ? Map.of() : Rule.HttpHeaders.headers(headers);
            String address = endpoint.isEmpty() ? endpoint : Rule.OtlpEndpoint.address(endpoint);
            if (address == null || read == null) throw new IllegalStateException("bug: not validated: " + ENDPOINT);
            return new Otlp(
                    address,
                    read,
                    values.integer("barnabas.otlp.interval.ms"),
                    values.integer("barnabas.otlp.timeout.ms"));
        }

        /// Without the headers, which may hold secrets.
        @Override
        public String toString() {
            return "Otlp[endpoint=" + endpoint + ", headers=[hidden], intervalMillis=" + intervalMillis
                    + ", timeoutMillis=" + timeoutMillis + "]";
        }
    }

    static MonitoringConfig of(Values values) {
        return new MonitoringConfig(
                addresses(values.list(HTTP_LISTENERS)),
                !values.isGiven(HTTP_LISTENERS),
                values.integer("barnabas.metrics.topics.max"),
                values.integer("barnabas.metrics.partitions.max"),
                values.integer("barnabas.metrics.offsets.max"),
                values.integer("barnabas.metrics.clients.max"),
                addresses(values.list(REGISTRY_LISTENERS)),
                values.flag(JMX),
                Console.of(values),
                Otlp.of(values));
    }

    /// The listener whose keys and settings of TLS all `https` addresses have; null without one. Like SASL_SSL it
    /// asks clients for certificates by a setting of its own only, as browsers have none.
    public @Nullable Listener encrypted() {
        boolean any = false;
        for (HttpAddress each : httpListeners) any |= each.isEncrypted();
        for (HttpAddress each : registryListeners) any |= each.isEncrypted();
        return any ? new Listener(ListenerParser.HTTPS, SecurityProtocol.SASL_SSL, "", 0) : null;
    }

    private static List<HttpAddress> addresses(List<String> listeners) {
        var addresses = new ArrayList<HttpAddress>(listeners.size());
        for (String each : listeners) {
            HostAndPort address = Rule.HttpListeners.address(each);
            if (address == null) throw new IllegalStateException("bug: not validated: " + each);
            addresses.add(new HttpAddress(address, Rule.HttpListeners.isEncrypted(each)));
        }
        return List.copyOf(addresses);
    }
}
