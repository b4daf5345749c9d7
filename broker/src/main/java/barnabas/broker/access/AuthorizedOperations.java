package barnabas.broker.access;

/// The operations a client may do on a resource, as a bit field of ACL operation codes (KIP-430). Without an authorizer
/// that is every operation the resource knows.
public final class AuthorizedOperations {
    /// The field was not asked for.
    static final int OMITTED = Integer.MIN_VALUE;

    private static final int READ = 3;
    private static final int WRITE = 4;
    private static final int CREATE = 5;
    private static final int DELETE = 6;
    private static final int ALTER = 7;
    private static final int DESCRIBE = 8;
    private static final int CLUSTER_ACTION = 9;
    private static final int DESCRIBE_CONFIGS = 10;
    private static final int ALTER_CONFIGS = 11;
    private static final int IDEMPOTENT_WRITE = 12;

    private static final int TOPIC =
            bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
    private static final int CLUSTER =
            bits(CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE);

    private static final int GROUP = bits(READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

    private AuthorizedOperations() {}

    private static int bits(int... operations) {
        int bits = 0;
        for (int operation : operations) bits |= 1 << operation;
        return bits;
    }

    public static int onTopic(boolean wanted) {
        return wanted ? TOPIC : OMITTED;
    }

    public static int onGroup(boolean wanted) {
        return wanted ? GROUP : OMITTED;
    }

    public static int onCluster(boolean wanted) {
        return wanted ? CLUSTER : OMITTED;
    }
}
