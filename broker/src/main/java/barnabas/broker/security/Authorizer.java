package barnabas.broker.security;

import java.net.InetAddress;

/// Decides what clients may do. Asked on event loops: an answer must not wait.
public interface Authorizer {
    /// Without `authorizer.class.name` nothing is forbidden. A class and no lambda: it is made at every start.
    Authorizer ALLOW_ALL = new AllowAll();

    boolean allows(Principal principal, InetAddress host, Operation operation, Resource resource);

    /// Whether the client may do this on some resource of the type (KIP-679).
    boolean allowsAny(Principal principal, InetAddress host, Operation operation, Resource.Type type);

    /// Without any rule.
    final class AllowAll implements Authorizer {
        private AllowAll() {}

        @Override
        public boolean allows(Principal principal, InetAddress host, Operation operation, Resource resource) {
            return true;
        }

        @Override
        public boolean allowsAny(Principal principal, InetAddress host, Operation operation, Resource.Type type) {
            return true;
        }
    }
}
