package barnabas.broker.security;

import java.net.InetAddress;

/// Decides what clients may do. Asked on event loops: an answer must not wait.
public interface Authorizer {
    /// Without `authorizer.class.name` nothing is forbidden.
    Authorizer ALLOW_ALL = (principal, host, operation, resource) -> true;

    boolean allows(Principal principal, InetAddress host, Operation operation, Resource resource);
}
