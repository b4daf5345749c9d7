package barnabas.config.listeners;

import barnabas.config.keys.HostAndPort;

/// One address the broker serves or advertises.
///
/// @param name the listener's name in capitals (`PLAINTEXT`, `INTERNAL`, `CONTROLLER` ...)
/// @param host empty means every interface
/// @param port 0 means any free port
public record Listener(String name, SecurityProtocol protocol, String host, int port) {
    @Override
    public String toString() {
        return name + "://" + new HostAndPort(host, port);
    }
}
