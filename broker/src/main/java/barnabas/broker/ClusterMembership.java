package barnabas.broker;

import barnabas.config.BrokerConfig;

/// Makes the [Membership] of a node whose settings ask for a cluster of several nodes. A service
/// ([java.util.ServiceLoader]), so that a node alone loads nothing of it.
public interface ClusterMembership {
    Membership of(BrokerConfig config);
}
