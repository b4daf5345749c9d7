package barnabas.broker.request;

import barnabas.net.Connection;

/// The state that a new connection begins with: its client's identity as far as the listener knows it.
@FunctionalInterface
public interface FirstState {
    /// All clients are anonymous and may send everything.
    FirstState ANONYMOUS = _ -> ClientState.UNKNOWN;

    /// On the connection's event loop. May close the connection.
    ClientState of(Connection connection);
}
