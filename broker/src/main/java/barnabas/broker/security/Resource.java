package barnabas.broker.security;

/// Resource that ACLs protect.
public record Resource(Type type, String name) {
    public enum Type {
        TOPIC(2),
        GROUP(3),
        CLUSTER(4),
        TRANSACTIONAL_ID(5),
        DELEGATION_TOKEN(6),
        USER(7);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        /// Number of the type in the protocol.
        public byte code() {
            return code;
        }
    }

    public static final Resource CLUSTER = new Resource(Type.CLUSTER, "kafka-cluster");
}
