package barnabas.broker.identity;

import barnabas.base.security.SecuritySettingException;
import barnabas.broker.request.ClientState;
import barnabas.broker.request.FirstState;
import barnabas.broker.request.Session;
import barnabas.broker.security.Principal;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.SecurityProtocol;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Identity of each new connection's client: anonymous on a plain listener, the user of its certificate on one with
/// TLS.
public final class Identities implements FirstState {
    private final Map<String, PrincipalMapping> mappings = new HashMap<>();

    private Identities() {}

    /// @param problems receives a line for each setting that cannot be used
    public static FirstState of(BrokerConfig config, List<String> problems) {
        var identities = new Identities();
        boolean plain = true;
        for (Listener each : config.listeners().clients()) {
            plain &= each.protocol() == SecurityProtocol.PLAINTEXT;
            if (each.protocol() == SecurityProtocol.SSL) identities.addMapping(each, config, problems);
        }
        return plain ? FirstState.ANONYMOUS : identities;
    }

    private void addMapping(Listener listener, BrokerConfig config, List<String> problems) {
        String rules = config.valueFor(listener, "ssl.principal.mapping.rules");
        try {
            mappings.put(listener.name(), new PrincipalMapping(rules == null ? "" : rules));
        } catch (SecuritySettingException e) {
            problems.add("Listener " + listener.name() + ": " + e.getMessage());
        }
    }

    @Override
    public ClientState of(Connection connection) {
        PrincipalMapping mapping = mappings.get(connection.listenerName());
        String shown = connection.peerName();
        if (mapping == null || shown == null) return ClientState.UNKNOWN;
        Optional<String> user = mapping.user(shown);
        if (user.isPresent()) return ClientState.first(new Principal("User", user.get()), Session.OPEN);
        connection.close(CloseReason.AUTHENTICATION_FAILED, "no rule of ssl.principal.mapping.rules matches " + shown);
        return ClientState.first(Principal.ANONYMOUS, Session.CLOSED);
    }
}
