package barnabas.broker.cluster;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Addresses of the brokers by listener: each listener returns the addresses of the same listener on the other
/// brokers.
public final class Endpoints {
    private Endpoints() {}

    /// A broker as clients of one listener see it.
    public record Node(
            int id, String host, int port, @Nullable String rack) {}

    /// Running brokers that have the listener, by id.
    public static List<Node> alive(ClusterImage image, String listener) {
        var nodes = new ArrayList<Node>();
        for (BrokerRegistration broker : image.aliveBrokers()) {
            broker.endpoint(listener)
                    .ifPresent(at -> nodes.add(new Node(broker.id(), at.host(), at.port(), broker.rack())));
        }
        return nodes;
    }
}
