package barnabas.broker.security;

/// Operation of a client on a resource, as ACLs name it (KIP-11).
public enum Operation {
    READ(3),
    WRITE(4),
    CREATE(5),
    DELETE(6),
    ALTER(7),
    DESCRIBE(8),
    CLUSTER_ACTION(9),
    DESCRIBE_CONFIGS(10),
    ALTER_CONFIGS(11),
    IDEMPOTENT_WRITE(12),
    CREATE_TOKENS(13),
    DESCRIBE_TOKENS(14),
    TWO_PHASE_COMMIT(15);

    private final byte code;

    Operation(int code) {
        this.code = (byte) code;
    }

    /// Number of the operation in the protocol.
    public byte code() {
        return code;
    }
}
