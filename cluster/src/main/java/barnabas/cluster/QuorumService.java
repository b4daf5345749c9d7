package barnabas.cluster;

import barnabas.broker.ClusterMembership;
import barnabas.broker.Membership;
import barnabas.config.BrokerConfig;

/// The service of this module.
public final class QuorumService implements ClusterMembership {
    @Override
    public Membership of(BrokerConfig config) {
        return new QuorumMembership(config);
    }
}
