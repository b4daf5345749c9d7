package barnabas.config.dynamic;

import barnabas.config.keys.ConfigType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One configuration as DescribeConfigs shows it (KIP-226).
///
/// @param value null when there is none or it must not be shown
/// @param type null for a name that is not official
/// @param synonyms every layer that sets it, what counts first
public record ConfigEntry(
        String name,
        @Nullable String value,
        ConfigSource source,
        boolean readOnly,
        boolean sensitive,
        @Nullable ConfigType type,
        List<Synonym> synonyms) {

    /// One layer's word on the setting, perhaps under another name and in another unit.
    public record Synonym(String name, @Nullable String value, ConfigSource source) {}

    /// A value that is no setting, which only those see who ask for it by name.
    public static ConfigEntry status(String name, String value) {
        return new ConfigEntry(name, value, ConfigSource.DEFAULT_CONFIG, true, false, null, List.of());
    }

    /// The type's number in the response, 0 for unknown.
    public byte typeCode() {
        return type == null ? 0 : type.code();
    }
}
