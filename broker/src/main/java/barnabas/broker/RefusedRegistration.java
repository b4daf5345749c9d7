package barnabas.broker;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.BrokerRegistrationRequest;

/// Reasons why a controller refuses a broker, in words for the operator of either node.
public final class RefusedRegistration {
    private RefusedRegistration() {}

    /// One line: broker, reason, and the setting or file to look at.
    public static String line(ErrorCode error, BrokerRegistrationRequest request) {
        String broker = "The controller refuses the registration of broker " + request.brokerId() + ": ";
        return broker
                + switch (error) {
                    case INCONSISTENT_CLUSTER_ID ->
                        "its log directories were formatted with cluster id " + request.clusterId()
                                + ", which is another cluster (cluster.id in meta.properties)";
                    case DUPLICATE_BROKER_REGISTRATION ->
                        "another process with node.id=" + request.brokerId()
                                + " runs, or ended without a trace less than broker.session.timeout.ms ago";
                    case INVALID_REGISTRATION ->
                        "one of its log directories has no id of its own: another broker or directory has the same"
                                + " (directory.id in meta.properties; was a directory copied?)";
                    case UNSUPPORTED_VERSION ->
                        "its version does not support the cluster's metadata.version or another finalized feature";
                    default -> error.toString();
                };
    }
}
