package barnabas.broker.identity;

import barnabas.base.Clock;
import barnabas.broker.request.ClientState;
import barnabas.broker.request.FirstState;
import barnabas.broker.request.Session;
import barnabas.broker.security.Principal;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.LoginOutcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Identity of each new connection's client: anonymous on a plain listener, the user of its certificate on one with
/// TLS, to be shown by SASL on the others.
public final class Identities implements FirstState {
    private final Map<String, PrincipalMapping> mappings = new HashMap<>();
    private final Map<String, SaslListener> saslListeners = new HashMap<>();

    private Identities() {}

    /// @param live the configuration that counts at the moment
    /// @param listeners that are opened
    /// @param random must be unpredictable
    /// @param sources receives what logins are checked against
    /// @param problems receives a line for each setting that cannot be used
    public static FirstState of(
            List<Listener> listeners,
            Supplier<BrokerConfig> live,
            ScramUsers users,
            Clock clock,
            RandomGenerator random,
            LoginSources sources,
            List<String> problems) {
        var identities = new Identities();
        for (Listener each : listeners) {
            switch (each.protocol()) {
                case PLAINTEXT -> {}
                case SSL -> identities.addMapping(each, live.get(), problems);
                case SASL_PLAINTEXT, SASL_SSL ->
                    identities.addSasl(each, live, users, SaslSecrets.of(clock, random), sources, problems);
            }
        }
        boolean plain = identities.mappings.isEmpty() && identities.saslListeners.isEmpty();
        return plain ? FirstState.ANONYMOUS : identities;
    }

    private void addSasl(
            Listener listener,
            Supplier<BrokerConfig> live,
            ScramUsers users,
            SaslSecrets secrets,
            LoginSources sources,
            List<String> problems) {
        SaslListener opened = SaslListener.open(listener, live, users, secrets, sources, problems);
        if (opened != null) saslListeners.put(listener.name(), opened);
    }

    private void addMapping(Listener listener, BrokerConfig config, List<String> problems) {
        String rules = config.valueFor(listener, "ssl.principal.mapping.rules");
        PrincipalMapping mapping = PrincipalMapping.of(listener.name(), rules == null ? "" : rules, problems);
        if (mapping != null) mappings.put(listener.name(), mapping);
    }

    @Override
    public ClientState of(Connection connection) {
        SaslListener sasl = saslListeners.get(connection.listenerName());
        if (sasl != null) {
            connection.limitFrames(sasl.frameBytesMax());
            return ClientState.first(Principal.ANONYMOUS, new SaslSession(sasl, connection));
        }
        PrincipalMapping mapping = mappings.get(connection.listenerName());
        String shown = connection.peerName();
        if (mapping == null || shown == null) return ClientState.UNKNOWN;
        Optional<String> user = mapping.user(shown);
        if (user.isPresent()) return ClientState.first(new Principal("User", user.get()), Session.OPEN);
        connection.countLogin(LoginOutcome.FAILED);
        connection.close(CloseReason.AUTHENTICATION_FAILED, "no rule of ssl.principal.mapping.rules matches " + shown);
        return ClientState.first(Principal.ANONYMOUS, Session.CLOSED);
    }
}
