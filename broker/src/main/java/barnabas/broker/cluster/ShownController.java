package barnabas.broker.cluster;

import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;

/// The broker that clients send requests for the controller to; every broker passes them on. It is the active
/// controller if that is a broker that serves, else any other.
public final class ShownController {
    private static final int NONE = -1;

    private ShownController() {}

    public static int id(ClusterMetadata metadata, ClusterImage image) {
        int leader = metadata.leadership().leaderId();
        int other = NONE;
        for (BrokerRegistration broker : image.brokersById()) {
            if (broker.fenced()) continue;
            if (broker.id() == leader) return leader;
            if (other == NONE) other = broker.id();
        }
        return other;
    }
}
