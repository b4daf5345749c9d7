package barnabas.cluster;

import barnabas.net.Network;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerSecurity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Connections to the controller listeners of other nodes, by address. Any thread may ask.
final class Peers implements AutoCloseable {
    /// Addresses come from the settings and from answers of other nodes. Beyond this many the oldest one is closed.
    private static final int PEERS_MAX = 64;

    private record Address(String host, int port) {}

    private final Network network;
    private final PeerSecurity security;
    private final PeerConfig config;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`, oldest first.
    private final Map<Address, Peer> byAddress = new LinkedHashMap<>();

    /// Guarded by `lock`.
    private boolean closed;

    Peers(Network network, PeerSecurity security, PeerConfig config) {
        this.network = network;
        this.security = security;
        this.config = config;
    }

    Peer at(String host, int port) {
        var address = new Address(host, port);
        Peer made;
        Peer oldest = null;
        lock.lock();
        try {
            Peer known = byAddress.get(address);
            if (known != null) return known;
            if (byAddress.size() >= PEERS_MAX && !closed) {
                Address first = byAddress.keySet().iterator().next();
                oldest = byAddress.remove(first);
            }
            made = network.connect(host, port, security, config);
            if (closed) oldest = made;
            else byAddress.put(address, made);
        } finally {
            lock.unlock();
        }
        // After the end, the one that was just made: it refuses what it is given.
        if (oldest != null) oldest.close();
        return made;
    }

    @Override
    public void close() {
        List<Peer> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(byAddress.values());
        } finally {
            lock.unlock();
        }
        for (Peer each : all) each.close();
    }
}
