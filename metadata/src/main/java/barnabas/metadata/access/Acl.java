package barnabas.metadata.access;

import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AccessControlEntryRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// One access rule (KIP-11, KIP-290); the numbers are those of the protocol.
public record Acl(
        byte resourceType,
        String resourceName,
        byte patternType,
        String principal,
        String host,
        byte operation,
        byte permissionType) {
    /// Resource type, pattern type, operation or permission of a filter that matches all of them.
    public static final byte ANY = 1;

    /// Filter for patterns that match a name: literal, wildcard and prefixes of it.
    public static final byte MATCH = 2;

    public static final byte LITERAL = 3;
    public static final byte PREFIXED = 4;

    /// Resource type.
    public static final byte TOPIC = 2;

    /// Literal name that stands for all resources of a type, and host that stands for all hosts.
    public static final String WILDCARD = "*";

    public static final String WILDCARD_PRINCIPAL = "User:*";

    public static final byte DENY = 2;
    public static final byte ALLOW = 3;

    /// Operation that stands for all of them.
    public static final byte ALL = 2;

    public static final byte READ = 3;
    private static final byte WRITE = 4;
    private static final byte DELETE = 6;
    private static final byte ALTER = 7;
    public static final byte DESCRIBE = 8;
    public static final byte DESCRIBE_CONFIGS = 10;
    private static final byte ALTER_CONFIGS = 11;

    /// Highest code of each kind of field that this version knows.
    public static final byte RESOURCE_TYPE_MAX = 7;

    public static final byte OPERATION_MAX = 15;

    /// A multiple of three.
    private static final int DIGEST_BYTES = 12;

    private static final int DESCRIBING = bit(DESCRIBE) | bit(READ) | bit(WRITE) | bit(DELETE) | bit(ALTER) | bit(ALL);
    private static final int DESCRIBING_CONFIGS = bit(DESCRIBE_CONFIGS) | bit(ALTER_CONFIGS) | bit(ALL);

    /// The metadata log's record of this rule.
    public AccessControlEntryRecord record(Uuid id) {
        return new AccessControlEntryRecord(
                id, resourceType, resourceName, patternType, principal, host, operation, permissionType);
    }

    /// Whether it is about the topic of this very name and no other one.
    public boolean isLiteralOf(String topic) {
        return resourceType == TOPIC && patternType == LITERAL && resourceName.equals(topic);
    }

    /// Short name of this rule: 16 characters of Base64 that another rule does not have.
    public String digest() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        digest.update(new byte[] {resourceType, patternType, operation, permissionType});
        for (String each : List.of(resourceName, principal, host)) {
            byte[] text = each.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            digest.update(text);
        }
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest.digest(), DIGEST_BYTES));
    }

    public static int bit(byte operation) {
        return 1 << operation;
    }

    /// Operations of ALLOW rules that permit `operation`: reading, writing, deleting and altering imply describing, and
    /// altering configs implies describing them. Bits as [#bit] gives them.
    public static int permitting(byte operation) {
        if (operation == DESCRIBE) return DESCRIBING;
        if (operation == DESCRIBE_CONFIGS) return DESCRIBING_CONFIGS;
        return bit(operation) | bit(ALL);
    }

    /// Operations of DENY rules that forbid `operation`; they imply nothing.
    public static int forbidding(byte operation) {
        return bit(operation) | bit(ALL);
    }

    /// Whether the rule's pattern covers the resource.
    public boolean covers(byte type, String name) {
        if (resourceType != type) return false;
        if (patternType == PREFIXED) return name.startsWith(resourceName);
        return patternType == LITERAL && (resourceName.equals(WILDCARD) || resourceName.equals(name));
    }

    /// Whether the rule is about this client and this operation, on whatever resource.
    ///
    /// @param client `User:alice`
    /// @param address text of the client's address, without a host name
    public boolean concerns(String client, String address, byte asked) {
        if (!principal.equals(client) && !principal.equals(WILDCARD_PRINCIPAL)) return false;
        if (!host.equals(WILDCARD) && !host.equals(address) && !Subnet.contains(host, address)) return false;
        return (bit(operation) & (permissionType == ALLOW ? permitting(asked) : forbidding(asked))) != 0;
    }
}
