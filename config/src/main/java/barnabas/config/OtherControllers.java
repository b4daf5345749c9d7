package barnabas.config;

import barnabas.config.keys.HostAndPort;
import barnabas.config.listeners.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Addresses in `controller.quorum.bootstrap.servers` of other nodes.
final class OtherControllers {
    private OtherControllers() {}

    /// A bootstrap server is this node when it is one of its controller listeners. Port 0 of a listener may become any.
    static List<HostAndPort> of(BrokerConfig config, Predicate<String> isThisHost) {
        var others = new ArrayList<HostAndPort>();
        for (HostAndPort server : config.metadata().quorum().bootstrapServers()) {
            boolean isOwnPort = false;
            boolean isOwnName = false;
            for (Listener listener : config.listeners().controllers()) {
                isOwnPort |= listener.port() == 0 || listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            for (Listener listener : config.listeners().advertised()) {
                if (!config.listeners().controllerNames().contains(listener.name())) continue;
                isOwnPort |= listener.port() == server.port();
                isOwnName |= listener.host().equalsIgnoreCase(server.host());
            }
            if (!isOwnPort || !(isOwnName || isThisHost.test(server.host()))) others.add(server);
        }
        return List.copyOf(others);
    }
}
