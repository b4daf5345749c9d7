package barnabas.config;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.ConfigType;
import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.OpenNames;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenersConfig;
import barnabas.config.listeners.SecurityProtocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Settings that promise security or a cluster that Barnabas does not serve yet, and numbers of threads beyond a bound.
/// Ignoring one would leave a broker open that its operator closed, or a cluster of one where there should be three, so
/// that the start is refused.
///
/// `ssl.*` and `sasl.*` are not listed: the listeners that they act on check them.
final class UnservedSettings {
    private static final String NO_CLASSES = "classes of other jars are not loaded, so it would never be asked";

    /// Each thread costs memory and, in the network, descriptors: far more than any machine has use for.
    private static final int THREADS_MAX = 1_000;
    private static final Set<String> THREADS = Set.of(
            "log.cleaner.threads",
            "num.io.threads",
            "num.network.threads",
            "num.recovery.threads.per.data.dir",
            "num.replica.alter.log.dirs.threads");

    /// One setting and the values that ask for nothing.
    private record Unserved(Set<String> harmless, String reason) {}

    private static final Map<String, Unserved> BY_NAME = Map.ofEntries(
            Map.entry("alter.config.policy.class.name", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry(
                    "authorizer.class.name",
                    new Unserved(
                            Set.of("", SecurityConfig.STANDARD_AUTHORIZER),
                            SecurityConfig.STANDARD_AUTHORIZER + " is; " + NO_CLASSES)),
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
                    "replica.selector.class",
                    new Unserved(
                            Set.of("", "org.apache.kafka.common.replica.RackAwareReplicaSelector"),
                            "org.apache.kafka.common.replica.RackAwareReplicaSelector is; " + NO_CLASSES)),
            Map.entry(
                    "remote.log.storage.system.enable",
                    new Unserved(Set.of("false"), "there is no tiered storage, so nothing would be copied")),
            // Tokens are checked as by this class, whether it is named or not.
            Map.entry(
                    "sasl.server.callback.handler.class",
                    new Unserved(
                            Set.of(
                                    "",
                                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"),
                            NO_CLASSES)),
            Map.entry(
                    "sasl.oauthbearer.jwt.validator.class",
                    new Unserved(
                            Set.of(
                                    "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
                                    "org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator"),
                            NO_CLASSES)),
            Map.entry("security.providers", new Unserved(Set.of(""), NO_CLASSES)),
            Map.entry("ssl.engine.factory.class", new Unserved(Set.of(""), NO_CLASSES)));

    private UnservedSettings() {}

    /// The reason why `name` may not have this value; null when it may.
    static @Nullable String problemWith(String name, String text) {
        String base = OpenNames.withoutListener(name);
        // listener.name.<listener>.<mechanism>.sasl.server.callback.handler.class
        int sasl = base == null ? -1 : base.indexOf(".sasl.");
        if (base != null && sasl >= 0) base = base.substring(sasl + 1);
        String plain = base == null ? name : base;
        String value = text.trim();
        if (THREADS.contains(plain) && isMore(value, THREADS_MAX))
            return name + "=" + value + " is not served: the most is " + THREADS_MAX + " threads";
        Unserved unserved = BY_NAME.get(plain);
        if (unserved == null) return null;
        if (unserved.harmless.contains(value)) return null;
        ConfigKey key = OpenNames.keyFor(name);
        boolean isFlag = key != null && key.type() == ConfigType.BOOLEAN;
        if (isFlag && value.equalsIgnoreCase("false")) return null;
        return name + "=" + value + " is not served: " + unserved.reason;
    }

    /// False also for what is no number.
    private static boolean isMore(String value, int max) {
        try {
            return Integer.parseInt(value) > max;
        } catch (NumberFormatException other) {
            return false;
        }
    }

    /// All reasons why a broker with this configuration may not start, one line each.
    ///
    /// @param isThisHost whether a host name or address is one of this machine
    static List<String> problems(BrokerConfig config, Predicate<String> isThisHost) {
        List<String> problems = problemsAnywhere(config);
        addProtocols(config.listeners(), problems);
        addRoles(config.node(), problems);
        addVoters(config, problems);
        for (HostAndPort server : config.otherControllers(isThisHost))
            problems.add("controller.quorum.bootstrap.servers: " + server + " is no controller listener of this node,"
                    + " which is not served: an embedded node is a cluster of its own");
        return List.copyOf(problems);
    }

    private static List<String> problemsAnywhere(BrokerConfig config) {
        var problems = new ArrayList<String>();
        for (var setting : new TreeMap<>(config.layers().merged()).entrySet()) {
            String problem = problemWith(setting.getKey(), setting.getValue());
            if (problem != null) problems.add(problem);
        }
        return problems;
    }

    /// All reasons why a node of a cluster with this configuration may not start, one line each.
    static List<String> problemsInCluster(BrokerConfig config) {
        List<String> problems = problemsAnywhere(config);
        MetadataConfig.Quorum quorum = config.metadata().quorum();
        if (config.listeners().controllerNames().isEmpty())
            problems.add("controller.listener.names must contain at least one value appearing in the 'listeners' "
                    + "configuration when running the KRaft controller role");
        else if (config.controllerListener().isEmpty())
            problems.add("controller.listener.names: listener.security.protocol.map has no security protocol for "
                    + config.listeners().controllerNames().getFirst());
        if (!config.node().roles().contains(NodeConfig.Role.BROKER)
                && !config.monitoring().registryListeners().isEmpty())
            problems.add(MonitoringConfig.REGISTRY_LISTENERS + " is for nodes with the role broker (process.roles)");
        if (quorum.voters().isEmpty()) addDynamic(config, problems);
        else if (quorum.autoJoin())
            problems.add("controller.quorum.auto.join.enable=true has no effect beside controller.quorum.voters: nodes"
                    + " join a quorum whose voters stand in its log (controller.quorum.bootstrap.servers alone)");
        var ids = new HashSet<Integer>();
        for (MetadataConfig.Voter voter : quorum.voters())
            if (!ids.add(voter.id())) problems.add("controller.quorum.voters names voter " + voter.id() + " twice");
        return List.copyOf(problems);
    }

    /// The voters stand in the metadata log (KIP-853).
    private static void addDynamic(BrokerConfig config, List<String> problems) {
        if (config.metadata().quorum().bootstrapServers().isEmpty())
            problems.add("Neither controller.quorum.bootstrap.servers nor controller.quorum.voters is set: a node of a"
                    + " cluster finds its controllers by one of them");
        boolean isController = config.node().roles().contains(NodeConfig.Role.CONTROLLER);
        if (config.metadata().quorum().autoJoin() && !isController)
            problems.add(
                    "controller.quorum.auto.join.enable=true is for nodes with the role controller (process.roles)");
        for (Listener listener : config.listeners().controllers())
            if (listener.port() == 0)
                problems.add("listeners: " + listener + " needs a fixed port: the address of a voter stands in the"
                        + " metadata log");
    }

    private static void addProtocols(ListenersConfig listeners, List<String> problems) {
        for (Listener listener : listeners.controllers())
            if (listener.protocol() != SecurityProtocol.PLAINTEXT)
                problems.add("listeners: " + listener + " has the security protocol " + listener.protocol()
                        + ", which is not served: an embedded node opens no controller listener (see"
                        + " listener.security.protocol.map)");
    }

    private static void addRoles(NodeConfig node, List<String> problems) {
        if (node.roles().size() == NodeConfig.Role.values().length) return;
        String roles = node.roles().contains(NodeConfig.Role.BROKER) ? "broker" : "controller";
        problems.add("process.roles=" + roles + " is not served: an embedded node is broker and controller at"
                + " once (broker,controller)");
    }

    private static void addVoters(BrokerConfig config, List<String> problems) {
        List<MetadataConfig.Voter> voters = config.metadata().quorum().voters();
        if (voters.isEmpty()) return;
        int nodeId = config.node().nodeId();
        var ids = new ArrayList<Integer>();
        for (MetadataConfig.Voter voter : voters) ids.add(voter.id());
        if (!ids.contains(nodeId))
            problems.add("controller.quorum.voters names " + ids + " and not this node, node.id=" + nodeId);
        else if (ids.size() > 1)
            problems.add("controller.quorum.voters names " + ids + ", which is not served: an embedded node is a"
                    + " cluster of its own");
    }
}
