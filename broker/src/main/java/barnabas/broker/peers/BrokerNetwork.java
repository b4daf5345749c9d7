package barnabas.broker.peers;

import barnabas.net.Network;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerSecurity;

/// The way to other brokers, by their `inter.broker.listener.name`.
///
/// @param security of that listener, by the settings of this node: a broker that is registered with another protocol is
///     not connected to with less
public record BrokerNetwork(Network network, PeerSecurity security) {
    Peer connect(String host, int port, PeerConfig config) {
        return network.connect(host, port, security, config);
    }
}
