package barnabas.conformance.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import scala.jdk.javaapi.CollectionConverters;

/// From the configuration that a test in Scala makes for a broker or the controller to the settings of a node. Ports
/// are chosen here, once, because a restarted node has to be found again.
///
/// @param ports by listener name
/// @param doorPort of a plain listener of ours, on which questions are asked as a superuser
/// @param topicsForAll whether the node is to begin with [PluggedClasses#TOPICS_FOR_ALL]
record HarnessSettings(
        Map<String, String> properties,
        Map<String, Integer> ports,
        int doorPort,
        List<Path> directories,
        boolean topicsForAll) {
    private static final String DOOR = "DOOR";
    private static final String DOOR_PRINCIPAL = "User:door-of-the-tests";
    private static final String ANONYMOUS = "User:ANONYMOUS";

    /// Names of settings that hold for one listener or one plug-in and are in no table.
    private static final List<String> OPEN_PREFIXES =
            List.of("listener.name.", "ssl.", "sasl.", "super.users", "allow.everyone.if.no.acl.found");

    int port(String listener) {
        Integer port = ports.get(listener);
        if (port == null) throw new IllegalArgumentException("there is no listener " + listener);
        return port;
    }

    static HarnessSettings ofController(KafkaConfig config, Path directory) {
        List<Endpoint> endpoints = CollectionConverters.asJava(config.controllerListeners());
        Map<String, Integer> ports = choosePorts(endpoints);
        Map<String, String> properties = common(config, endpoints, ports);
        properties.put("process.roles", "controller");
        properties.put("log.dirs", directory.toString());
        properties.put("controller.quorum.election.timeout.ms", "200");
        properties.put("controller.quorum.voters", voters(config, ports));
        properties.remove("advertised.listeners");
        new PluggedClasses(config, endpoints).translate(properties, DOOR, DOOR_PRINCIPAL);
        return new HarnessSettings(properties, ports, 0, List.of(directory), false);
    }

    private static String voters(KafkaConfig config, Map<String, Integer> ports) {
        return config.nodeId() + "@localhost:"
                + ports.get(config.controllerListenerNames().getFirst());
    }

    /// @param controller null for a node alone
    static HarnessSettings ofBroker(KafkaConfig config, HarnessSettings controller) {
        List<Endpoint> endpoints = CollectionConverters.asJava(config.dataPlaneListeners());
        Map<String, Integer> ports = choosePorts(endpoints);
        Map<String, String> properties = common(config, endpoints, ports);
        int doorPort = NodeDoor.freePorts(1).getFirst();
        String door = "," + DOOR + "://localhost:" + doorPort;
        properties.merge("listeners", door, String::concat);
        properties.put("advertised.listeners", properties.get("listeners"));
        properties.merge("listener.security.protocol.map", "," + DOOR + ":PLAINTEXT", String::concat);
        properties.keySet().removeIf(name -> name.startsWith("controller.quorum."));
        if (controller == null) {
            properties.remove("process.roles");
            properties.remove("controller.listener.names");
        } else {
            properties.put("process.roles", "broker");
            properties.put("controller.quorum.voters", controller.properties.get("controller.quorum.voters"));
            for (Endpoint each : CollectionConverters.asJava(config.controllerListeners()))
                addProtocol(properties, each.listener(), each.securityProtocol());
            for (String name : config.controllerListenerNames())
                addProtocol(
                        properties,
                        name,
                        config.effectiveListenerSecurityProtocolMap().get(new ListenerName(name)));
        }
        boolean topicsForAll = new PluggedClasses(config, endpoints).translate(properties, DOOR, DOOR_PRINCIPAL);
        boolean plain = endpoints.stream().allMatch(each -> each.securityProtocol() == SecurityProtocol.PLAINTEXT);
        if (hasAuthorizer(config))
            properties.merge("super.users", ";" + (plain ? DOOR_PRINCIPAL : ANONYMOUS), String::concat);
        List<Path> directories = config.logDirs().stream().map(Path::of).toList();
        properties.put("log.dirs", String.join(",", config.logDirs()));
        return new HarnessSettings(properties, ports, doorPort, directories, topicsForAll);
    }

    static boolean hasAuthorizer(KafkaConfig config) {
        return !config.getString("authorizer.class.name").isEmpty();
    }

    private static void addProtocol(Map<String, String> properties, String listener, SecurityProtocol protocol) {
        String map = properties.get("listener.security.protocol.map");
        if (List.of(map.split(",")).stream().anyMatch(each -> each.startsWith(listener + ":"))) return;
        properties.put("listener.security.protocol.map", map + "," + listener + ":" + protocol);
    }

    private static Map<String, Integer> choosePorts(List<Endpoint> endpoints) {
        List<Integer> free = NodeDoor.freePorts(endpoints.size());
        var ports = new LinkedHashMap<String, Integer>();
        for (Endpoint each : endpoints) ports.put(each.listener(), free.removeFirst());
        return ports;
    }

    private static Map<String, String> common(
            KafkaConfig config, List<Endpoint> endpoints, Map<String, Integer> ports) {
        var properties = new HashMap<String, String>();
        var dropped = new ArrayList<String>();
        config.originals().forEach((name, value) -> {
            if (known(name)) properties.put(name, text(value));
            else dropped.add(name);
        });
        if (!dropped.isEmpty()) System.err.println("left out, unknown: " + dropped);
        properties.put("node.id", Integer.toString(config.nodeId()));
        properties.remove("broker.id");
        properties.remove("log.dir");
        properties.remove("metadata.log.dir");
        properties.remove("early.start.listeners");
        properties.put("barnabas.http.listeners", "");
        properties.put("barnabas.jmx.enable", "true");
        properties.put("listeners", ports.entrySet().stream()
                .map(each -> each.getKey() + "://localhost:" + each.getValue())
                .collect(Collectors.joining(",")));
        properties.put("listener.security.protocol.map", endpoints.stream()
                .map(each -> each.listener() + ":" + each.securityProtocol())
                .collect(Collectors.joining(",")));
        return properties;
    }

    private static boolean known(String name) {
        return NodeDoor.knows(name) || OPEN_PREFIXES.stream().anyMatch(name::startsWith);
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "";
            case Password secret -> secret.value();
            case Class<?> type -> type.getName();
            case Collection<?> all -> all.stream().map(HarnessSettings::text).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }
}
