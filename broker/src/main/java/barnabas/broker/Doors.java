package barnabas.broker;

import barnabas.broker.identity.Identities;
import barnabas.broker.identity.LaterUsers;
import barnabas.broker.identity.LoginSources;
import barnabas.broker.identity.OutgoingSecurity;
import barnabas.broker.identity.ScramUsers;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.broker.request.FirstState;
import barnabas.config.BrokerConfig;
import barnabas.config.MonitoringConfig;
import barnabas.config.NodeConfig;
import barnabas.config.listeners.Listener;
import barnabas.net.peer.PeerSecurity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Security of the listeners and of connections to other brokers: read before anything of the node is opened, in use
/// when its metadata is there.
final class Doors {
    private final World world;
    private final TlsListeners tls;
    private final FirstState identities;
    private final PeerSecurity toBrokers;
    private volatile Supplier<BrokerConfig> live;
    private final LaterUsers users = new LaterUsers();

    /// @param isShared whether there are other brokers
    /// @throws StartFailure with a line for each setting or file that cannot be used
    Doors(BrokerConfig config, boolean isShared, World world) throws StartFailure {
        this.world = world;
        this.live = () -> config;
        List<String> problems = new ArrayList<>();
        var listeners = config.listeners().clients();
        tls = TlsListeners.open(withPages(config, problems), config, world.disk(), problems);
        var sources = new LoginSources(world.disk(), world.clock(), world.random());
        tls.add(sources);
        identities =
                Identities.of(listeners, () -> live.get(), users, world.clock(), world.random(), sources, problems);
        boolean connects = isShared && config.node().roles().contains(NodeConfig.Role.BROKER);
        toBrokers = connects ? outgoing(config, problems) : PeerSecurity.NONE;
        if (!problems.isEmpty()) throw new StartFailure(problems);
    }

    /// Listeners of clients, and what stands for the encrypted addresses of pages.
    private static List<Listener> withPages(BrokerConfig config, List<String> problems) {
        List<Listener> listeners = config.listeners().clients();
        Listener pages = config.monitoring().encrypted();
        if (pages == null) return listeners;
        for (Listener each : listeners)
            if (each.name().equals(pages.name()))
                problems.add("listeners: the name " + each.name() + " belongs to https addresses of "
                        + MonitoringConfig.HTTP_LISTENERS + " and " + MonitoringConfig.REGISTRY_LISTENERS);
        var both = new ArrayList<>(listeners);
        both.add(pages);
        return both;
    }

    /// Makes the engines of encrypted connections to pages; null when no address of pages is encrypted.
    @Nullable
    Supplier<SSLEngine> pages() {
        Listener pages = live.get().monitoring().encrypted();
        return pages == null ? null : tls.of(pages);
    }

    private PeerSecurity outgoing(BrokerConfig config, List<String> problems) {
        var opened = OutgoingSecurity.open(
                config.interBrokerListener(),
                new OutgoingSecurity.Mechanism(
                        "sasl.mechanism.inter.broker.protocol",
                        config.security().interBrokerMechanism()),
                config,
                new OutgoingSecurity.Means(world.disk(), world.clock(), world.random()),
                problems);
        if (opened.security().engines() != null) tls.add(opened);
        return opened.security();
    }

    /// Takes the configuration and the credentials from the node from now on.
    ///
    /// @throws StartFailure with a line for each listener that cannot use what was altered before this start
    TlsListeners begin(Supplier<BrokerConfig> current, ScramUsers credentials) throws StartFailure {
        users.set(credentials);
        return begin(current);
    }

    /// Takes the configuration from a node without logins of clients.
    ///
    /// @throws StartFailure with a line for each listener that cannot use what was altered before this start
    TlsListeners begin(Supplier<BrokerConfig> current) throws StartFailure {
        List<String> problems = new ArrayList<>();
        tls.takeOver(current.get(), problems);
        if (!problems.isEmpty()) throw new StartFailure(problems);
        live = current;
        tls.watch(current, world.clock(), world.threads());
        return tls;
    }

    TlsListeners tls() {
        return tls;
    }

    /// Identities of clients.
    FirstState identities() {
        return identities;
    }

    /// The way to other brokers.
    BrokerNetwork toBrokers() {
        return new BrokerNetwork(world.network(), toBrokers);
    }
}
