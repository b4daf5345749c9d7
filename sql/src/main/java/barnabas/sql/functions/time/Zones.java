package barnabas.sql.functions.time;

import barnabas.sql.types.ValueProblem;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/// Time zones by the names that `java.util.TimeZone` has, and by the short names of summer times.
final class Zones {
    private static final Map<String, String> SHORT = new HashMap<>(ZoneId.SHORT_IDS);

    static {
        SHORT.put("PDT", "America/Los_Angeles");
        SHORT.put("MDT", "America/Denver");
        SHORT.put("CDT", "America/Chicago");
        SHORT.put("EDT", "America/New_York");
        SHORT.put("BST", "Europe/London");
        SHORT.put("CEST", "Europe/Paris");
    }

    private Zones() {}

    /// @throws ValueProblem when there is no such zone
    static ZoneId of(String name) {
        try {
            return ZoneId.of(name, SHORT);
        } catch (DateTimeException e) {
            throw new ValueProblem("Unknown time zone '" + name + "': use a name as UTC or Europe/London", e);
        }
    }
}
