package barnabas.registry.state;

import barnabas.registry.kinds.ParsedSchema;
import barnabas.registry.kinds.SchemaKind;
import barnabas.registry.model.Compatibility;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import java.util.ArrayList;
import java.util.List;

/// Whether a schema may follow others.
public final class CompatibilityCheck {
    private static final int OBSTACLES_MAX = 100;

    private CompatibilityCheck() {}

    /// A version before, with what it uses.
    ///
    /// @param used as in [References]
    public record Before(SchemaVersion version, List<SchemaKind.Used> used) {}

    /// Versions that count at a level, the latest first.
    ///
    /// @param live all versions in their order
    public static List<Before> before(List<SchemaVersion> live, Compatibility level, RegistryState state)
            throws RegistryProblem {
        var before = new ArrayList<Before>();
        if (level == Compatibility.NONE) return before;
        for (SchemaVersion each : live.reversed()) {
            before.add(new Before(each, References.of(each.schema(), state)));
            if (!level.transitive()) break;
        }
        return before;
    }

    /// Reasons against the schema at this level; none when it is compatible. Needs no state: it may take long.
    public static List<String> obstacles(
            SchemaText schema, ParsedSchema parsed, List<Before> before, Compatibility level) throws RegistryProblem {
        var obstacles = new ArrayList<String>();
        for (Before each : before) {
            String at = " (version " + each.version().version() + ")";
            SchemaText old = each.version().schema();
            if (old.type() != schema.type()) {
                obstacles.add("/: " + schema.type() + " is not compatible with " + old.type() + at);
                continue;
            }
            ParsedSchema oldParsed = SchemaKind.of(old.type()).parse(old.text(), each.used());
            if (level.backward())
                for (String obstacle : parsed.obstacles(oldParsed))
                    obstacles.add("new schema cannot read data of the old one: " + obstacle + at);
            if (level.forward())
                for (String obstacle : oldParsed.obstacles(parsed))
                    obstacles.add("old schema cannot read data of the new one: " + obstacle + at);
            if (obstacles.size() > OBSTACLES_MAX) return obstacles.subList(0, OBSTACLES_MAX);
        }
        return obstacles;
    }
}
