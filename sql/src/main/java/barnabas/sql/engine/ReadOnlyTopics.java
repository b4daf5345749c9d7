package barnabas.sql.engine;

import barnabas.sql.syntax.SqlProblem;
import java.util.Set;

/// Topics of brokers and of other services, which statements read at most: a dropped stream over `__consumer_offsets`
/// would take the offsets of all groups with it.
final class ReadOnlyTopics {
    private static final String OF_BROKERS = "__";
    private static final Set<String> OF_SERVICES =
            Set.of("_schemas", "connect-configs", "connect-offsets", "connect-status", "connect-statuses");

    private ReadOnlyTopics() {}

    static boolean has(String topic) {
        return topic.startsWith(OF_BROKERS) || OF_SERVICES.contains(topic);
    }

    /// @throws SqlProblem when statements may not write or delete the topic
    static void refuse(String topic) {
        if (has(topic)) throw new SqlProblem("Topic " + topic + " is read-only: it belongs to the cluster");
    }
}
