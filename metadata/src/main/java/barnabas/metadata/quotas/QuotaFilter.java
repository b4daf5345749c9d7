package barnabas.metadata.quotas;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClientQuotasRequest.ComponentData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Filter of quota entities (KIP-546).
///
/// @param strict an entity with parts that are not asked for does not match
public record QuotaFilter(List<Wanted> parts, boolean strict) {
    private static final byte EXACT = 0;
    private static final byte DEFAULT = 1;
    private static final byte SPECIFIED = 2;
    private static final Set<String> TYPES = Set.of(QuotaEntity.USER, QuotaEntity.CLIENT_ID, QuotaEntity.IP);

    /// One type of entity and which of that type.
    public sealed interface Wanted {
        String type();

        /// @param name null for the default of the type
        record Named(String type, @Nullable String name) implements Wanted {}

        record Any(String type) implements Wanted {}
    }

    /// A filter, or what is wrong with it in Kafka's words.
    public sealed interface Reading {
        record Valid(QuotaFilter filter) implements Reading {}

        record Invalid(ErrorCode error, String message) implements Reading {}
    }

    public static Reading of(List<ComponentData> components, boolean strict) {
        var parts = new ArrayList<Wanted>();
        var types = new HashSet<String>();
        for (ComponentData component : components) {
            String type = component.entityType();
            if (type.isEmpty()) return invalid("Invalid empty entity type.");
            if (!types.add(type))
                return invalid("Entity type " + type + " cannot appear more than once in the filter.");
            if (!TYPES.contains(type)) {
                return new Reading.Invalid(ErrorCode.UNSUPPORTED_VERSION, "Unsupported entity type " + type);
            }
            String name = component.match();
            switch (component.matchType()) {
                case EXACT -> {
                    if (name == null) {
                        return invalid("Request specified MATCH_TYPE_EXACT, but set match string to null.");
                    }
                    parts.add(new Wanted.Named(type, name));
                }
                case DEFAULT -> {
                    if (name != null) {
                        return invalid("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
                    }
                    parts.add(new Wanted.Named(type, null));
                }
                case SPECIFIED -> {
                    if (name != null) {
                        return invalid("Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
                    }
                    parts.add(new Wanted.Any(type));
                }
                default -> {
                    return invalid("Unknown match type " + component.matchType());
                }
            }
        }
        if (types.contains(QuotaEntity.IP) && types.size() > 1) {
            return invalid("Invalid entity filter component combination. IP filter component should not be used with "
                    + "user or clientId filter component.");
        }
        return new Reading.Valid(new QuotaFilter(List.copyOf(parts), strict));
    }

    private static Reading invalid(String message) {
        return new Reading.Invalid(ErrorCode.INVALID_REQUEST, message);
    }

    public boolean matches(QuotaEntity entity) {
        if (strict && entity.parts().size() != parts.size()) return false;
        return parts.stream().allMatch(wanted -> entity.parts().stream().anyMatch(part -> matches(wanted, part)));
    }

    private static boolean matches(Wanted wanted, QuotaEntity.Part part) {
        return switch (wanted) {
            case Wanted.Any(String type) -> type.equals(part.type());
            case Wanted.Named named -> part.equals(new QuotaEntity.Part(named.type(), named.name()));
        };
    }
}
