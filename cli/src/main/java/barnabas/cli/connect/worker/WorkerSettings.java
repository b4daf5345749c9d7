package barnabas.cli.connect.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Settings of a worker that `barnabas connect start` runs.
///
/// @param bootstrap brokers, `HOST:PORT` separated by commas
/// @param host of the REST listener
/// @param port of the REST listener
/// @param group the workers' group; their topics are called `GROUP-configs`, `GROUP-offsets` and `GROUP-status`
/// @param client settings of the worker's Kafka clients: security and others
/// @param more settings of the operator, which win
public record WorkerSettings(
        String bootstrap, String host, int port, String group, Map<String, String> client, Map<String, String> more) {
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String PROVIDERS = "org.apache.kafka.common.config.provider.";
    private static final List<String> CLIENTS = List.of("", "producer.", "consumer.", "admin.");

    private static final Set<String> OF_ONE_WORKER = Set.of(
            "group.id", "listeners", "rest.advertised.host.name", "rest.advertised.port", "rest.advertised.listener");

    /// Names of environment variables that `${env:...}` of connectors may name.
    public static final String ENVIRONMENT = "CONNECT_.*";

    public WorkerSettings {
        client = Map.copyOf(client);
        more = Map.copyOf(more);
    }

    /// Without values, which may be secrets.
    @Override
    public String toString() {
        return "WorkerSettings[" + bootstrap + ", " + address() + "]";
    }

    /// `HOST:PORT` of the REST listener, and the worker's id.
    public String address() {
        return host + ":" + port;
    }

    /// These settings for a worker with another REST listener.
    public WorkerSettings at(String otherHost, int otherPort) {
        return new WorkerSettings(bootstrap, otherHost, otherPort, group, client, more);
    }

    /// These settings for a worker of one connector, with a group and topics of its own.
    /// Consumers of a sink have the group `connect-NAME`, which must be another one.
    public WorkerSettings ofConnector(String name, int ownPort) {
        var settings = new LinkedHashMap<>(more);
        settings.putIfAbsent("offset.storage.partitions", "1");
        return new WorkerSettings(bootstrap, "localhost", ownPort, "worker." + group + "." + name, client, settings);
    }

    /// The first setting of the operator that workers of one connector cannot share; empty without one.
    public String notIsolated() {
        for (String key : more.keySet()) if (OF_ONE_WORKER.contains(key) || key.endsWith(".storage.topic")) return key;
        return "";
    }

    Map<String, String> properties(WorkerFolder folder) {
        var all = new LinkedHashMap<String, String>();
        for (String prefix : CLIENTS)
            client.forEach((key, value) -> {
                if (!key.equals("bootstrap.servers")) all.put(prefix + key, value);
            });
        all.put("bootstrap.servers", bootstrap);
        all.put("group.id", group);
        // A worker that was killed is missed for this long before another one, or the same again, gets its tasks.
        all.put("session.timeout.ms", "6000");
        all.put("heartbeat.interval.ms", "2000");
        // The same for the partitions that its sinks read, instead of 45 seconds.
        all.put("consumer.session.timeout.ms", "10000");
        // Kafka's five minutes are for workers that are started again by hand; the supervisor does it at once.
        all.put("scheduled.rebalance.max.delay.ms", "5000");
        for (String kind : List.of("config", "offset", "status")) {
            all.put(kind + ".storage.topic", group + "-" + kind + (kind.equals("status") ? "" : "s"));
            // As many as the cluster gives to a topic.
            all.put(kind + ".storage.replication.factor", "-1");
        }
        all.put("offset.storage.partitions", "5");
        all.put("status.storage.partitions", "1");
        all.put("offset.flush.interval.ms", "5000");
        all.put("key.converter", JSON);
        all.put("value.converter", JSON);
        all.put("listeners", "http://" + address());
        all.put("rest.advertised.host.name", host);
        all.put("rest.advertised.port", String.valueOf(port));
        all.put("plugin.path", folder.plugins().toString());
        // Without a scan of all classes, which takes seconds and 250 MB; `plugin add` refuses plug-ins that declare
        // nothing.
        all.put("plugin.discovery", "service_load");
        all.put("config.providers", "file,env");
        all.put("config.providers.file.class", PROVIDERS + "FileConfigProvider");
        all.put("config.providers.file.param.allowed.paths", folder.secrets().toString());
        all.put("config.providers.env.class", PROVIDERS + "EnvVarConfigProvider");
        all.put("config.providers.env.param.allowlist.pattern", ENVIRONMENT);
        all.putAll(more);
        return all;
    }

    /// Text of a properties file.
    String text(WorkerFolder folder) {
        var text = new StringBuilder();
        properties(folder)
                .forEach((key, value) -> text.append(key)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                        .append('\n'));
        return text.toString();
    }
}
