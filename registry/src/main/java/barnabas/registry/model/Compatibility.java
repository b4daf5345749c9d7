package barnabas.registry.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compatibility levels of a subject.
///
/// @see <a
/// href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html">rules</a>
public enum Compatibility {
    NONE,
    BACKWARD,
    BACKWARD_TRANSITIVE,
    FORWARD,
    FORWARD_TRANSITIVE,
    FULL,
    FULL_TRANSITIVE;

    /// Whether a reader with the new schema must understand data of an old one.
    public boolean backward() {
        return this == BACKWARD || this == BACKWARD_TRANSITIVE || this == FULL || this == FULL_TRANSITIVE;
    }

    /// Whether a reader with an old schema must understand data of the new one.
    public boolean forward() {
        return this == FORWARD || this == FORWARD_TRANSITIVE || this == FULL || this == FULL_TRANSITIVE;
    }

    /// Whether all versions count, not the latest only.
    public boolean transitive() {
        return this == BACKWARD_TRANSITIVE || this == FORWARD_TRANSITIVE || this == FULL_TRANSITIVE;
    }

    /// @param name in any case
    /// @return null for an unknown name
    public static @Nullable Compatibility named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Compatibility each : values()) if (each.name().equals(upper)) return each;
        return null;
    }
}
