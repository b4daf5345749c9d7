package barnabas.sql.engine;

import java.util.HashMap;
import java.util.Map;

/// Properties and variables of one who asks. Changed by SET, UNSET, DEFINE and UNDEFINE; one thread at a time.
///
/// @param variables by names in lower case
public record Session(Map<String, String> properties, Map<String, String> variables) {
    public Session {
        properties = new HashMap<>(properties);
        variables = new HashMap<>(variables);
    }
}
