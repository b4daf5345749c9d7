package barnabas.broker.api;

import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;

/// The broker that clients are told is the controller: they send requests for it there, and every broker passes them
/// on.
/// The active controller, if that is a broker that serves, else any other.
final class ShownController {
    private static final int NONE = -1;

    private ShownController() {}

    static int id(ClusterMetadata metadata, ClusterImage image) {
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
