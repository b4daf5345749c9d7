package barnabas.config.listeners;

import barnabas.config.keys.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Addresses in `controller.quorum.bootstrap.servers` of other nodes.
public final class OtherControllers {
    private OtherControllers() {}

    /// A bootstrap server is this node when it is one of its controller listeners. Port 0 of a listener may become any.
    ///
    /// @param servers `controller.quorum.bootstrap.servers`
    /// @param isThisHost whether a host name or address is one of this machine
    public static List<HostAndPort> of(
            List<HostAndPort> servers, ListenersConfig listeners, Predicate<String> isThisHost) {
        var others = new ArrayList<HostAndPort>();
        for (HostAndPort server : servers) {
            boolean isOwnPort = false;
            boolean isOwnName = false;
            for (Listener listener : listeners.controllers()) {
                isOwnPort |= listener.port() == 0 || listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            for (Listener listener : listeners.advertised()) {
                if (!listeners.controllerNames().contains(listener.name())) continue;
                isOwnPort |= listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            if (!isOwnPort || !(isOwnName || isThisHost.test(server.host()))) others.add(server);
        }
        return List.copyOf(others);
    }
}
