package barnabas.sql.server;

import barnabas.sql.connect.ConnectConfig;
import barnabas.sql.engine.SettingValues;
import barnabas.sql.registry.RegistryConfig;
import barnabas.sql.web.ServiceAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/// Settings of a service's process: those of `ksql-server.properties` and its own.
///
/// @param serviceId `ksql.service.id`
/// @param session properties of sessions, `ksql.*`
/// @param stateDirectory `ksql.streams.state.dir`; null for one that is made at the start and deleted at the end
/// @param diskState `barnabas.sql.state=rocksdb`
/// @param viewBytesMax `barnabas.sql.view.bytes`
record ServiceConfig(
        String host,
        int port,
        String serviceId,
        Map<String, Object> client,
        Map<String, String> streams,
        Map<String, String> session,
        @Nullable Path stateDirectory,
        boolean diskState,
        long viewBytesMax,
        AccessConfig access,
        @Nullable ServiceAddress registry,
        @Nullable ServiceAddress connect) {
    private static final String STREAMS = "ksql.streams.";
    private static final String STATE_DIR = "state.dir";
    private static final String ID = "ksql.service.id";
    private static final String STATE = "barnabas.sql.state";
    private static final String VIEW = "barnabas.sql.view.bytes";
    private static final Set<String> OWN = Set.of(ID, STATE, VIEW);
    private static final long VIEW_BYTES = 256L << 20;

    /// @throws IllegalArgumentException with all that is wrong, a line each
    static ServiceConfig of(@Nullable String bootstrap, String rest, Properties file) {
        var problems = new ArrayList<String>();
        var client = new HashMap<String, Object>();
        var streams = new HashMap<String, String>();
        var session = new HashMap<String, String>();
        var connect = new HashMap<String, String>();
        var schemas = new HashMap<String, String>();
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        var own = new HashMap<String, String>();
        for (String name : new TreeSet<>(file.stringPropertyNames())) {
            // The address is an option of the command.
            if (name.equals("listeners")) continue;
            String value = file.getProperty(name);
            if (name.startsWith(AccessConfig.TLS)) own.put(name, value);
            else if (OWN.contains(name) || AccessConfig.NAMES.contains(name)) own.put(name, value);
            else if (name.startsWith(STREAMS)) streams.put(name.substring(STREAMS.length()), value);
            else if (name.startsWith(RegistryConfig.PREFIX)) schemas.put(name, value);
            else if (name.startsWith(ConnectConfig.PREFIX)) connect.put(name, value);
            else if (name.startsWith("ksql.")) session.put(name, value);
            else if (AdminClientConfig.configNames().contains(name)) client.put(name, value);
            else
                problems.add("unknown setting " + name
                        + ": Kafka's client settings, ksql.*, authentication.* and barnabas.sql.* are known");
        }
        if (bootstrap != null) client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        check(client, "", problems);
        check(streams, STREAMS, problems);
        String state = own.getOrDefault(STATE, "memory");
        if (!List.of("memory", "rocksdb").contains(state))
            problems.add(STATE + " is 'memory' or 'rocksdb', not '" + state + "'");
        long view = number(own.get(VIEW), VIEW_BYTES, problems);
        int colon = rest.lastIndexOf(':');
        int port = colon < 1 ? -1 : port(rest.substring(colon + 1));
        if (port < 0) problems.add("--rest takes HOST:PORT, not '" + rest + "'");
        String id = own.getOrDefault(ID, "default_");
        if (!id.matches("[A-Za-z0-9._-]{1,64}"))
            problems.add(ID + " has up to 64 letters, digits, '.', '_' and '-', as topics have: '" + id + "'");
        ServiceAddress registry = RegistryConfig.address(schemas, problems);
        ServiceAddress connectors = ConnectConfig.address(connect, problems);
        AccessConfig access = AccessConfig.of(own, client, problems);
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("\n", problems));
        String directory = streams.remove(STATE_DIR);
        return new ServiceConfig(
                rest.substring(0, colon),
                port,
                id,
                client,
                streams,
                session,
                directory == null ? null : Path.of(directory),
                state.equals("rocksdb"),
                view,
                access,
                registry,
                connectors);
    }

    private static void check(Map<String, ?> settings, String prefix, List<String> problems) {
        new TreeMap<>(settings)
                .forEach((name, value) -> SettingValues.problem(name, String.valueOf(value))
                        .ifPresent(each -> problems.add(prefix + each)));
    }

    private static long number(@Nullable String text, long standard, List<String> problems) {
        if (text == null) return standard;
        if (text.matches("[1-9][0-9]{0,14}")) return Long.parseLong(text);
        problems.add(VIEW + " is a number of bytes, not '" + text + "'");
        return standard;
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) return -1;
        int port = Integer.parseInt(text);
        return port > 65_535 ? -1 : port;
    }
}
