package barnabas.cli.storage;

import barnabas.base.FileDisk;
import barnabas.broker.Listening;
import barnabas.cli.console.Failure;
import barnabas.config.BrokerConfig;
import barnabas.config.NodeConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.config.listeners.Listener;
import barnabas.log.directory.OwnedDirectory;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Voters that a directory is formatted with (KIP-853): none, the node itself, or those of the command line.
public final class FirstVoters {
    private final int nodeId;
    private final List<Voter> given;
    private final List<Voter.Endpoint> own;

    /// @param given by the command line, with their directories
    /// @param own listeners of this node, which becomes the only voter; empty where it does not
    private FirstVoters(int nodeId, List<Voter> given, List<Voter.Endpoint> own) {
        this.nodeId = nodeId;
        this.given = given;
        this.own = own;
    }

    /// @param initialControllers as `id@host:port:directory-id,...`
    /// @throws Failure when the options do not fit the settings
    public static FirstVoters of(
            BrokerConfig config, boolean standalone, boolean none, @Nullable String initialControllers) throws Failure {
        int nodeId = config.node().nodeId();
        boolean isController = config.node().roles().contains(NodeConfig.Role.CONTROLLER);
        boolean isStatic = !config.metadata().quorum().voters().isEmpty();
        boolean names = standalone || initialControllers != null;
        if (names && isStatic)
            throw new Failure("You cannot specify controller.quorum.voters and format the node with"
                    + " --initial-controllers or --standalone. If you want to use dynamic quorum, please remove"
                    + " controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.");
        if (standalone && !isController) throw new Failure("You can only use --standalone on a controller.");
        if (!names && !none && isController && !isStatic && config.asksForCluster(Listening::isThisHost))
            throw new Failure("Because controller.quorum.voters is not set on this controller, you must specify one of"
                    + " the following: --standalone, --initial-controllers, or --no-initial-controllers.");
        if (initialControllers != null)
            return new FirstVoters(nodeId, parse(initialControllers, listener(config)), List.of());
        return new FirstVoters(nodeId, List.of(), standalone ? endpoints(config) : List.of());
    }

    /// Whether the directory holds first records of the cluster. That of a broker gets those of its cluster, as with
    /// Kafka.
    static boolean beginsCluster(BrokerConfig config) {
        return config.node().roles().contains(NodeConfig.Role.CONTROLLER);
    }

    private static String listener(BrokerConfig config) throws Failure {
        List<String> names = config.listeners().controllerNames();
        if (names.isEmpty()) throw new Failure("--initial-controllers: controller.listener.names is not set");
        return names.getFirst();
    }

    /// As other nodes reach the controller listeners: as they are advertised, else as they are bound. Without a fixed
    /// port no node can, and a node alone needs no voter in its log.
    private static List<Voter.Endpoint> endpoints(BrokerConfig config) {
        var endpoints = new ArrayList<Voter.Endpoint>();
        for (Listener bound : config.listeners().controllers()) {
            Listener found = bound;
            for (Listener each : config.listeners().advertised())
                if (each.name().equals(bound.name())) found = each;
            if (found.port() == 0) return List.of();
            boolean isAny = found.host().isEmpty()
                    || found.host().equals("0.0.0.0")
                    || found.host().equals("::");
            endpoints.add(new Voter.Endpoint(found.name(), isAny ? Listening.hostName() : found.host(), found.port()));
        }
        return List.copyOf(endpoints);
    }

    private static List<Voter> parse(String text, String listener) throws Failure {
        var voters = new TreeMap<Integer, Voter>();
        for (String each : text.split(",", -1)) {
            Voter voter = voter(each.strip(), listener);
            if (voters.put(voter.nodeId(), voter) != null)
                throw new Failure("--initial-controllers names node " + voter.nodeId() + " twice");
        }
        return List.copyOf(voters.values());
    }

    private static Voter voter(String text, String listener) throws Failure {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        HostAndPort address = at > 0 && colon > at ? HostAndPort.parse(text.substring(at + 1, colon)) : null;
        if (address == null) throw new Failure("--initial-controllers: " + text + " is not id@host:port:directory-id");
        try {
            return new Voter(
                    Integer.parseInt(text.substring(0, at)),
                    Uuid.parse(text.substring(colon + 1)),
                    List.of(new Voter.Endpoint(listener, address.host(), address.port())));
        } catch (IllegalArgumentException e) {
            throw new Failure("--initial-controllers: " + text + " is not id@host:port:directory-id", e);
        }
    }

    /// Kafka's name for the directory of the metadata log.
    ///
    /// @param standalone this node is the only voter
    String kind(boolean standalone) {
        if (standalone) return "dynamic metadata voter";
        if (given.isEmpty()) return "metadata";
        return given.stream().anyMatch(each -> each.nodeId() == nodeId) ? "dynamic metadata voter" : "dynamic metadata";
    }

    /// The voters to write into a directory, which becomes that of this node's voter, if it is one.
    ///
    /// @param directoryId that it was formatted with
    public List<Voter> in(Path directory, Uuid directoryId) throws IOException {
        if (!own.isEmpty()) return List.of(new Voter(nodeId, directoryId, own));
        for (Voter each : given)
            if (each.nodeId() == nodeId) OwnedDirectory.identify(directory, each.directoryId(), new FileDisk());
        return given;
    }
}
