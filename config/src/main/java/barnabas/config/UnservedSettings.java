package barnabas.config;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.ConfigType;
import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.OpenNames;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenersConfig;
import barnabas.config.listeners.SecurityProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Settings that promise security or a cluster that Barnabas does not serve yet. Ignoring one would leave a broker open
/// that its operator closed, or a cluster of one where there should be three, so that the start is refused.
///
/// `ssl.*` and `sasl.*` are not listed: the listeners that they act on check them.
/// `super.users` and `allow.everyone.if.no.acl.found` are read by an authorizer only, which is refused as well.
final class UnservedSettings {
    private static final String NO_CLASSES = "classes of other jars are not loaded, so it would never be asked";

    /// One setting and the values that ask for nothing.
    private record Unserved(Set<String> harmless, String reason) {}

    private static final Map<String, Unserved> BY_NAME = Map.ofEntries(
            Map.entry("alter.config.policy.class.name", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry(
                    "authorizer.class.name",
                    new Unserved(Set.of(""), "there is no authorizer yet, so every client could do everything")),
            Map.entry("client.quota.callback.class", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry(
                    "config.providers",
                    new Unserved(Set.of(""), "values like ${file:path:key} would be taken as they stand")),
            Map.entry("create.topic.policy.class.name", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry(
                    "principal.builder.class",
                    new Unserved(
                            Set.of("", "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"),
                            NO_CLASSES)),
            Map.entry(
                    "remote.log.storage.system.enable",
                    new Unserved(Set.of("false"), "there is no tiered storage, so nothing would be copied")),
            Map.entry("sasl.server.callback.handler.class", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry("security.providers", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry("ssl.engine.factory.class", new Unserved(Set.of(""), NO_CLASSES)));

    private UnservedSettings() {}

    /// The reason why `name` may not have this value; null when it may.
    static @Nullable String problemWith(String name, String text) {
        String base = OpenNames.withoutListener(name);
        // listener.name.<listener>.<mechanism>.sasl.server.callback.handler.class
        int sasl = base == null ? -1 : base.indexOf(".sasl.");
        if (base != null && sasl >= 0) base = base.substring(sasl + 1);
        Unserved unserved = BY_NAME.get(base == null ? name : base);
        if (unserved == null) return null;
        String value = text.trim();
        if (unserved.harmless.contains(value)) return null;
        ConfigKey key = OpenNames.keyFor(name);
        boolean isFlag = key != null && key.type() == ConfigType.BOOLEAN;
        if (isFlag && value.equalsIgnoreCase("false")) return null;
        return name + "=" + value + " is not served: " + unserved.reason;
    }

    /// All reasons why a broker with this configuration may not start, one line each.
    ///
    /// @param isThisHost whether a host name or address is one of this machine
    static List<String> problems(BrokerConfig config, Predicate<String> isThisHost) {
        var problems = new ArrayList<String>();
        for (var setting : new TreeMap<>(config.layers().merged()).entrySet()) {
            String problem = problemWith(setting.getKey(), setting.getValue());
            if (problem != null) problems.add(problem);
        }
        addProtocols(config.listeners(), problems);
        addRoles(config.node(), problems);
        addVoters(config, problems);
        addBootstrapServers(config, isThisHost, problems);
        return List.copyOf(problems);
    }

    private static void addProtocols(ListenersConfig listeners, List<String> problems) {
        for (Listener listener : listeners.controllers())
            if (listener.protocol() != SecurityProtocol.PLAINTEXT)
                problems.add("listeners: " + listener + " has the security protocol " + listener.protocol()
                        + ", which is not served: controllers have neither TLS nor SASL yet (see"
                        + " listener.security.protocol.map)");
    }

    private static void addRoles(NodeConfig node, List<String> problems) {
        if (node.roles().size() == NodeConfig.Role.values().length) return;
        String roles = node.roles().contains(NodeConfig.Role.BROKER) ? "broker" : "controller";
        problems.add("process.roles=" + roles + " is not served: a node is broker and controller at once"
                + " (broker,controller), as there is no cluster of several nodes yet");
    }

    private static void addVoters(BrokerConfig config, List<String> problems) {
        List<MetadataConfig.Voter> voters = config.metadata().quorum().voters();
        if (voters.isEmpty()) return;
        int nodeId = config.node().nodeId();
        var ids = new ArrayList<Integer>();
        for (MetadataConfig.Voter voter : voters) ids.add(voter.id());
        if (!ids.contains(nodeId))
            problems.add("controller.quorum.voters names " + ids + " and not this node, node.id=" + nodeId);
        else if (ids.size() > 1 && interBrokerProtocol(config) != SecurityProtocol.PLAINTEXT)
            problems.add("inter.broker.listener.name: brokers connect to each other without TLS and SASL only, not by "
                    + interBrokerProtocol(config));
        else if (ids.size() > 1)
            problems.add("controller.quorum.voters names " + ids + ", which is not served: there is no cluster of"
                    + " several nodes yet, each would be one of its own");
    }

    private static SecurityProtocol interBrokerProtocol(BrokerConfig config) {
        for (Listener listener : config.listeners().clients())
            if (listener.name().equals(config.listeners().interBrokerName())) return listener.protocol();
        return config.security().interBrokerProtocol();
    }

    /// A bootstrap server is this node when it is one of its controller listeners. Port 0 of a listener may become any.
    private static void addBootstrapServers(BrokerConfig config, Predicate<String> isThisHost, List<String> problems) {
        for (HostAndPort server : config.metadata().quorum().bootstrapServers()) {
            boolean isOwnPort = false;
            boolean isOwnName = false;
            for (Listener listener : config.listeners().controllers()) {
                isOwnPort |= listener.port() == 0 || listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            for (Listener listener : config.listeners().advertised()) {
                if (!config.listeners().controllerNames().contains(listener.name())) continue;
                isOwnPort |= listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            if (isOwnPort && (isOwnName || isThisHost.test(server.host()))) continue;
            problems.add("controller.quorum.bootstrap.servers: " + server + " is no controller listener of this node,"
                    + " and there is no cluster of several nodes yet");
        }
    }
}
