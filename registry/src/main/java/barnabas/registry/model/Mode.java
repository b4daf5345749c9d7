package barnabas.registry.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Changes that a subject takes.
public enum Mode {
    READWRITE,
    READONLY,
    /// As read-only, and over all subjects with a mode of their own.
    READONLY_OVERRIDE,
    /// Takes schemas with ids and versions of another registry.
    IMPORT;

    public boolean readOnly() {
        return this == READONLY || this == READONLY_OVERRIDE;
    }

    /// @param name in any case
    /// @return null for an unknown name
    public static @Nullable Mode named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Mode each : values()) if (each.name().equals(upper)) return each;
        return null;
    }
}
