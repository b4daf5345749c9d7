package barnabas.broker;

import barnabas.broker.access.AccessGate;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.security.AclAuthorizer;
import barnabas.broker.security.Authorizer;
import barnabas.config.BrokerConfig;
import barnabas.config.SecurityConfig;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.access.AccessPolicy;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.image.ClusterImage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Authorizer that a configuration asks for. A name that is not known ends the start.
public final class Authorization {
    private Authorization() {}

    static Authorizer of(BrokerConfig config, LiveConfig live, ClusterMetadata metadata) throws StartFailure {
        String name = config.security().authorizerClass().trim();
        if (name.isEmpty()) return Authorizer.ALLOW_ALL;
        if (!name.equals(SecurityConfig.STANDARD_AUTHORIZER))
            throw new StartFailure(List.of(
                    "authorizer.class.name=" + name + " is not served, " + SecurityConfig.STANDARD_AUTHORIZER + " is"));
        return new AccessGate(
                new AclAuthorizer(policy(config), metadata::current),
                metadata::current,
                () -> live.current().topics().autoCreate());
    }

    /// Authorizer of the controllers' listener, which opens before this node has ACLs: super users may do everything
    /// there, and no other client anything. Nodes of a cluster have to be super users.
    public static Authorizer ofControllers(BrokerConfig config) throws StartFailure {
        if (config.security().authorizerClass().isBlank()) return Authorizer.ALLOW_ALL;
        var policy = new AccessPolicy(policy(config).superUsers(), false);
        ClusterImage nothing = ClusterImage.empty("");
        return new AccessGate(new AclAuthorizer(policy, () -> nothing), () -> nothing, () -> false);
    }

    /// Authorizer of clients whose requests a broker passes on to the controller. Before the controller has an image no
    /// ACL is known to it.
    public static Authorizer ofForwarded(BrokerConfig config, Supplier<@Nullable ClusterImage> images)
            throws StartFailure {
        if (config.security().authorizerClass().isBlank()) return Authorizer.ALLOW_ALL;
        ClusterImage nothing = ClusterImage.empty("");
        Supplier<ClusterImage> known = () -> {
            ClusterImage image = images.get();
            return image == null ? nothing : image;
        };
        return new AccessGate(new AclAuthorizer(policy(config), known), known, () -> false);
    }

    /// Secret and times of delegation tokens.
    public static TokenPolicy tokens(BrokerConfig config) {
        SecurityConfig.DelegationTokens tokens = config.security().delegationTokens();
        return new TokenPolicy(
                tokens.secretKey(),
                tokens.lifetimeMillisMax(),
                tokens.expiryMillis(),
                tokens.expiryCheckIntervalMillis());
    }

    private static AccessPolicy policy(BrokerConfig config) throws StartFailure {
        String users = config.value("super.users");
        String everyone = config.value("allow.everyone.if.no.acl.found");
        try {
            return new AccessPolicy(AccessPolicy.superUsers(users == null ? "" : users), isTrue(everyone));
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isTrue(@Nullable String text) {
        if (text == null || text.trim().equalsIgnoreCase("false")) return false;
        if (text.trim().equalsIgnoreCase("true")) return true;
        throw new IllegalArgumentException("allow.everyone.if.no.acl.found=" + text + " is neither true nor false");
    }
}
