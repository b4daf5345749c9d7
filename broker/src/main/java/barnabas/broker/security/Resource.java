package barnabas.broker.security;

/// Resource that ACLs protect.
public record Resource(Type type, String name) {
    public enum Type {
        TOPIC,
        GROUP,
        CLUSTER,
        TRANSACTIONAL_ID,
        DELEGATION_TOKEN,
        USER
    }

    public static final Resource CLUSTER = new Resource(Type.CLUSTER, "kafka-cluster");
}
