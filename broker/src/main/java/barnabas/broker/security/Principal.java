package barnabas.broker.security;

/// The identity of a client, `User:alice`.
public record Principal(String type, String name) {
    public static final Principal ANONYMOUS = new Principal("User", "ANONYMOUS");

    @Override
    public String toString() {
        return type + ":" + name;
    }
}
