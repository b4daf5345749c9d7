package barnabas.config.listeners;

import org.jspecify.annotations.Nullable;

/// Authentication and encryption of a listener.
public enum SecurityProtocol {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL;

    /// Whether connections are encrypted by TLS.
    public boolean isEncrypted() {
        return this == SSL || this == SASL_SSL;
    }

    /// Whether clients log in by SASL.
    public boolean hasLogin() {
        return this == SASL_PLAINTEXT || this == SASL_SSL;
    }

    /// By name in any case; null when there is no such protocol.
    static @Nullable SecurityProtocol named(String name) {
        for (SecurityProtocol protocol : values()) if (protocol.name().equalsIgnoreCase(name)) return protocol;
        return null;
    }
}
