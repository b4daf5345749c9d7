package barnabas.cluster.security;

import barnabas.broker.Authorization;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.broker.identity.Identities;
import barnabas.broker.identity.LaterUsers;
import barnabas.broker.identity.LoginSources;
import barnabas.broker.identity.OutgoingSecurity;
import barnabas.broker.identity.ScramUsers;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.identity.delegation.NodeUsers;
import barnabas.broker.request.FirstState;
import barnabas.broker.security.Authorizer;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.peer.PeerSecurity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Security of a node's controller listeners and of its connections to those of other nodes. The settings are those of
/// the file: they are in use before the metadata is there.
public final class ControllerSecurity implements AutoCloseable {
    private final BrokerConfig config;
    private final World world;
    private final TlsListeners tls;
    private final FirstState identities;
    private final PeerSecurity outgoing;
    private final LaterUsers users = new LaterUsers();

    /// Reads settings and files.
    ///
    /// @throws StartFailure with a line for each that cannot be used
    public ControllerSecurity(BrokerConfig config, World world) throws StartFailure {
        this.config = config;
        this.world = world;
        List<String> problems = new ArrayList<>();
        List<Listener> own = config.listeners().controllers();
        tls = TlsListeners.open(own, config, world.disk(), problems);
        var sources = new LoginSources(world.disk(), world.clock(), world.random());
        tls.add(sources);
        identities = Identities.of(own, () -> config, users, world.clock(), world.random(), sources, problems);
        Optional<Listener> others = config.controllerListener();
        if (others.isPresent()) {
            var opened = OutgoingSecurity.open(
                    others.get(),
                    new OutgoingSecurity.Mechanism(
                            "sasl.mechanism.controller.protocol",
                            config.security().controllerMechanism()),
                    config,
                    new OutgoingSecurity.Means(world.disk(), world.clock(), world.random()),
                    problems);
            if (opened.security().engines() != null) tls.add(opened);
            outgoing = opened.security();
        } else outgoing = PeerSecurity.NONE;
        if (!problems.isEmpty()) throw new StartFailure(problems);
    }

    /// Delegation tokens of the metadata.
    ///
    /// @param image asked for tokens only when there is one
    public ScramUsers tokens(Supplier<@Nullable ClusterImage> image) {
        return new NodeUsers(
                () -> {
                    ClusterImage present = image.get();
                    if (present == null) throw new IllegalStateException("bug: a token before the metadata is there");
                    return present.access();
                },
                Authorization.tokens(config),
                world.clock(),
                world.random());
    }

    /// Takes users from here, and looks for changed files from now on.
    public void begin(ScramUsers from) {
        users.set(from);
        tls.watch(() -> config, world.clock(), world.threads());
    }

    /// The same where no client logs in.
    public void beginWithoutUsers() {
        begin(ScramUsers.NONE);
    }

    /// Whether clients of the own listeners log in by SASL.
    public boolean hasLogins() {
        for (Listener each : config.listeners().controllers())
            switch (each.protocol()) {
                case PLAINTEXT, SSL -> {}
                case SASL_PLAINTEXT, SASL_SSL -> {
                    return true;
                }
            }
        return false;
    }

    public BrokerConfig config() {
        return config;
    }

    /// Authorizer of the listener.
    public Authorizer authorizer() throws IOException {
        try {
            return Authorization.ofControllers(config);
        } catch (StartFailure e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Authorizer of requests that other nodes forward.
    public Authorizer clients(Supplier<@Nullable ClusterImage> image) throws IOException {
        try {
            return Authorization.ofForwarded(config, image);
        } catch (StartFailure e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    public TlsListeners tls() {
        return tls;
    }

    public FirstState identities() {
        return identities;
    }

    /// Of connections to controllers of other nodes.
    public PeerSecurity outgoing() {
        return outgoing;
    }

    @Override
    public void close() {
        tls.close();
    }
}
