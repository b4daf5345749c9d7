package barnabas.console;

import barnabas.broker.http.NodeAccess;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.ClientSecurity;
import barnabas.client.ClientSecurity.Credentials;
import barnabas.client.Cluster;
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
        this.needsLogin = listener != null && listener.protocol() == SecurityProtocol.SASL_PLAINTEXT;
    }

    /// With an authorizer a listener with login comes first: without one every user of the console would be the
    /// anonymous one.
    ///
    /// @param patience how long a call to the cluster is tried again
    public static NodeDoor of(NodeAccess node, Executor background, Duration patience) {
        BrokerConfig config = node.config();
        boolean authorized = !config.security().authorizerClass().isBlank();
        SecurityProtocol first = authorized ? SecurityProtocol.SASL_PLAINTEXT : SecurityProtocol.PLAINTEXT;
        SecurityProtocol second = authorized ? SecurityProtocol.PLAINTEXT : SecurityProtocol.SASL_PLAINTEXT;
        for (SecurityProtocol protocol : List.of(first, second))
            for (Listener each : config.listeners().clients())
                if (each.protocol() == protocol) return new NodeDoor(node, each, background, patience);
        return new NodeDoor(node, null, background, patience);
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
                "All listeners of this node are encrypted, and the console does not connect to such ones yet: add a"
                        + " listener PLAINTEXT or SASL_PLAINTEXT on 127.0.0.1");
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
            Cluster cluster = cluster(new Credentials(mechanism, name, password));
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

    private List<String> mechanisms() throws ApiProblem {
        String enabled = node.config().valueFor(listener(), "sasl.enabled.mechanisms");
        var mechanisms = new ArrayList<String>();
        for (String each : MECHANISMS)
            if (enabled != null && List.of(enabled.split("\\s*,\\s*")).contains(each)) mechanisms.add(each);
        return mechanisms;
    }

    private Cluster cluster(@Nullable Credentials credentials) throws ApiProblem {
        InetSocketAddress bound = node.listener().apply(listener().name());
        InetAddress to = bound.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound.getAddress();
        var own = new Address(to.getHostAddress(), bound.getPort());
        ConnectionOptions options = ConnectionOptions.of("barnabas-console")
                .withRequestTimeout(ANSWER_MAX)
                .with(new ClientSecurity(null, credentials, node.random()));
        return new Cluster(
                List.of(own),
                options,
                patience,
                node.random(),
                Map.of(node.config().node().nodeId(), own));
    }
}
