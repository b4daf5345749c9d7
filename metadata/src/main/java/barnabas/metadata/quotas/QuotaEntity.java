package barnabas.metadata.quotas;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Subject of a client quota: a user, a client id, both together, or an address.
///
/// @param parts one for each type, sorted by type
public record QuotaEntity(List<Part> parts) {
    public static final String USER = "user";
    public static final String CLIENT_ID = "client-id";
    public static final String IP = "ip";

    /// @param name null for the default of all entities of the type
    public record Part(String type, @Nullable String name) {}

    public QuotaEntity {
        parts = parts.stream().sorted(Comparator.comparing(Part::type)).toList();
    }
}
