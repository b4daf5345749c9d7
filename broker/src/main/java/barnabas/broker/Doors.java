package barnabas.broker;

import barnabas.broker.identity.Identities;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.request.FirstState;
import barnabas.config.BrokerConfig;
import java.util.ArrayList;

/// Security of the listeners, read before anything of the node is opened.
///
/// @param identities of clients
record Doors(TlsListeners tls, FirstState identities) {
    /// @throws StartFailure with a line for each setting or file that cannot be used
    static Doors open(BrokerConfig config, World world) throws StartFailure {
        var problems = new ArrayList<String>();
        TlsListeners tls = TlsListeners.open(config, world.disk(), problems);
        FirstState identities = Identities.of(config, problems);
        if (!problems.isEmpty()) throw new StartFailure(problems);
        return new Doors(tls, identities);
    }
}
