package barnabas.broker;

import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.identity.TlsListeners;
import barnabas.config.listeners.Listener;

/// Way from this process to its own encrypted listeners. A class, because making a lambda of it would load what TLS
/// needs at each start.
record OwnListeners(TlsListeners tls, LiveConfig live) implements NodeAccess.ListenerClients {
    @Override
    public TlsContext of(Listener listener) throws SecuritySettingException {
        return tls.client(listener, live.current());
    }
}
