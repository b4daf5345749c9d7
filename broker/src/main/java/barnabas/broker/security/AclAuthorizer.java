package barnabas.broker.security;

import barnabas.metadata.access.AccessPolicy;
import barnabas.metadata.image.ClusterImage;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decisions by the ACLs of the newest image, as Kafka's `StandardAuthorizer` makes them. What goes wrong in a decision
/// denies.
public final class AclAuthorizer implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(AclAuthorizer.class);

    private final AccessPolicy policy;
    private final Supplier<ClusterImage> image;

    public AclAuthorizer(AccessPolicy policy, Supplier<ClusterImage> image) {
        this.policy = policy;
        this.image = image;
    }

    @Override
    public boolean allows(Principal principal, InetAddress host, Operation operation, Resource resource) {
        try {
            return policy.allows(
                    image.get().access().index(),
                    principal.toString(),
                    host.getHostAddress(),
                    operation.code(),
                    resource.type().code(),
                    resource.name());
        } catch (RuntimeException e) {
            return denied(e);
        }
    }

    @Override
    public boolean allowsAny(Principal principal, InetAddress host, Operation operation, Resource.Type type) {
        try {
            return policy.allowsAny(
                    image.get().access().index(),
                    principal.toString(),
                    host.getHostAddress(),
                    operation.code(),
                    type.code());
        } catch (RuntimeException e) {
            return denied(e);
        }
    }

    private static boolean denied(RuntimeException cause) {
        LOG.error("A decision about access failed, and the request is denied", cause);
        return false;
    }
}
