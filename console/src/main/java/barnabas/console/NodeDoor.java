package barnabas.console;

import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.broker.http.NodeAccess;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.ClientSecurity;
import barnabas.client.Cluster;
import barnabas.client.Connection;
import barnabas.client.ConnectionException;
import barnabas.client.ConnectionOptions;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.SecurityProtocol;
import barnabas.console.rest.ApiProblem;
import barnabas.console.view.User;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The listener over which pages are clients of their own node.
public final class NodeDoor {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
    /// The safest first.
    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

    private static final List<SecurityProtocol> LOGIN_FIRST = List.of(
            SecurityProtocol.SASL_PLAINTEXT,
            SecurityProtocol.SASL_SSL,
            SecurityProtocol.PLAINTEXT,
            SecurityProtocol.SSL);
    private static final List<SecurityProtocol> LOGIN_LAST = List.of(
            SecurityProtocol.PLAINTEXT,
            SecurityProtocol.SSL,
            SecurityProtocol.SASL_PLAINTEXT,
            SecurityProtocol.SASL_SSL);

    private final NodeAccess node;
    private final Executor background;
    private final @Nullable Listener listener;
    private final boolean needsLogin;
    private final Duration patience;

    private NodeDoor(NodeAccess node, @Nullable Listener listener, Executor background, Duration patience) {
        this.node = node;
        this.background = background;
        this.patience = patience;
        this.listener = listener;
        this.needsLogin = listener != null && listener.protocol().hasLogin();
    }

    /// With an authorizer a listener with login comes first: without one every user of the console would be the
    /// anonymous one.
    ///
    /// @param patience how long a call to the cluster is tried again
    public static NodeDoor of(NodeAccess node, Executor background, Duration patience) {
        BrokerConfig config = node.config();
        boolean authorized = !config.security().authorizerClass().isBlank();
        Listener best = null;
        for (SecurityProtocol protocol : authorized ? LOGIN_FIRST : LOGIN_LAST)
            for (Listener each : config.listeners().clients())
                if (best == null && each.protocol() == protocol && !knowsByCertificate(each, config)) best = each;
        return new NodeDoor(node, best, background, patience);
    }

    /// Whether clients have to show a certificate that says who they are. The node has only its own, and a page with
    /// that one would have the rights of a broker.
    private static boolean knowsByCertificate(Listener listener, BrokerConfig config) {
        return listener.protocol() == SecurityProtocol.SSL
                && "required".equalsIgnoreCase(config.valueFor(listener, "ssl.client.auth"));
    }

    public boolean needsLogin() {
        return needsLogin;
    }

    private Listener listener() throws ApiProblem {
        Listener present = listener;
        if (present != null) return present;
        throw new ApiProblem(
                503,
                "NO_LISTENER",
                "All listeners of this node know their clients by certificates, and the console has none for its"
                        + " users: add a listener with logins (SASL_SSL)");
    }

    /// The user of a node without logins.
    User anonymous() throws ApiProblem {
        return new User(null, connections(), node.random(), background);
    }

    /// Connections to a node without logins; closed by the caller.
    public Cluster connections() throws ApiProblem {
        return cluster(null);
    }

    /// Logs in with the first mechanism that takes the password.
    User login(String name, String password) throws ApiProblem, ClientException {
        return new User(name, connections(name, password), node.random(), background);
    }

    /// Connections of a user; closed by the caller.
    public Cluster connections(String name, String password) throws ApiProblem, ClientException {
        ConnectionException refused = null;
        for (String mechanism : mechanisms()) {
            Cluster cluster = cluster(new SaslCredentials(mechanism, name, password));
            try {
                cluster.any();
                return cluster;
            } catch (ConnectionException e) {
                cluster.close();
                if (e.kind() != ConnectionException.Kind.REFUSED) throw e;
                refused = e;
            } catch (ClientException e) {
                cluster.close();
                throw e;
            }
        }
        if (refused != null) throw refused;
        throw new ApiProblem(503, "NO_MECHANISM", "The listener " + listener().name() + " takes no password");
    }

    /// Finds out again and again whether the cluster still takes the password of these connections.
    public LoginCheck check(Cluster connections) {
        return new LoginCheck(node.clock(), () -> loginAgain(connections));
    }

    private LoginCheck.Login loginAgain(Cluster connections) {
        try (Connection _ = Connection.open(own(), connections.options())) {
            return LoginCheck.Login.TAKEN;
        } catch (ConnectionException e) {
            return e.kind() == ConnectionException.Kind.REFUSED ? LoginCheck.Login.REFUSED : LoginCheck.Login.UNCLEAR;
        } catch (ClientException | ApiProblem e) {
            return LoginCheck.Login.UNCLEAR;
        }
    }

    private List<String> mechanisms() throws ApiProblem {
        String enabled = node.config().valueFor(listener(), "sasl.enabled.mechanisms");
        var mechanisms = new ArrayList<String>();
        for (String each : MECHANISMS)
            if (enabled != null && List.of(enabled.split("\\s*,\\s*")).contains(each)) mechanisms.add(each);
        return mechanisms;
    }

    /// @param own this node's address, whose certificate is for the advertised host
    private TlsContext encryption(String own) throws ApiProblem {
        try {
            TlsContext tls = node.tls().of(listener());
            for (Listener each : node.config().listeners().advertised())
                if (each.name().equals(listener().name()) && !each.host().isEmpty())
                    return tls.withNames(Map.of(own, each.host()));
            return tls;
        } catch (SecuritySettingException e) {
            throw new ApiProblem(503, "NO_LISTENER", "Listener " + listener().name() + ": " + e.getMessage());
        }
    }

    /// The address of this node.
    private Address own() throws ApiProblem {
        InetSocketAddress bound = node.listener().apply(listener().name());
        InetAddress to = bound.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound.getAddress();
        return new Address(to.getHostAddress(), bound.getPort());
    }

    private Cluster cluster(@Nullable SaslCredentials credentials) throws ApiProblem {
        Address own = own();
        TlsContext tls = listener().protocol().isEncrypted() ? encryption(own.host()) : null;
        ConnectionOptions options = ConnectionOptions.of("barnabas-console")
                .withRequestTimeout(ANSWER_MAX)
                .with(new ClientSecurity(tls, credentials, node.random()));
        return new Cluster(
                List.of(own),
                options,
                patience,
                node.random(),
                Map.of(node.config().node().nodeId(), own));
    }
}
