package barnabas.metadata.image;

/// One access rule (KIP-11, KIP-290); the numbers are those of the protocol.
public record Acl(
        byte resourceType,
        String resourceName,
        byte patternType,
        String principal,
        String host,
        byte operation,
        byte permissionType) {}
