package barnabas.metadata.room;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Memory that clients' settings take in the image of the cluster, rounded up: configurations, client quotas, SCRAM
/// credentials, ACLs and delegation tokens. Nothing removes them but the client that asks for it.
public final class SettingsBytes {
    /// A resource, an entity, a credential, an ACL or a token with its places in maps and indexes.
    static final int ENTRY_BYTES = 400;

    /// One value under a name, beside their characters.
    static final int VALUE_BYTES = 120;

    private SettingsBytes() {}

    /// Bytes of one entry with texts of so many characters or bytes.
    public static long ofEntry(long chars) {
        return ENTRY_BYTES + chars;
    }

    /// Bytes of values by name; 0 for none.
    ///
    /// @param keyChars of the name that they are kept under
    public static long ofValues(long keyChars, @Nullable Map<String, ?> values) {
        if (values == null) return 0;
        long bytes = ofEntry(keyChars);
        for (var each : values.entrySet()) {
            bytes += VALUE_BYTES + each.getKey().length();
            if (each.getValue() instanceof String text) bytes += text.length();
        }
        return bytes;
    }
}
