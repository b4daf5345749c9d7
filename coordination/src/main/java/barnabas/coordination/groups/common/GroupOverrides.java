package barnabas.coordination.groups.common;

import java.util.OptionalInt;

/// Dynamic configuration of a group (config resource GROUP) for the consumer protocol; empty where the broker's
/// value counts.
///
/// @param sessionTimeoutMillis `consumer.session.timeout.ms`
/// @param heartbeatIntervalMillis `consumer.heartbeat.interval.ms`
/// @param assignmentIntervalMillis `consumer.assignment.interval.ms`
public record GroupOverrides(
        OptionalInt sessionTimeoutMillis, OptionalInt heartbeatIntervalMillis, OptionalInt assignmentIntervalMillis) {
    public static final GroupOverrides NONE =
            new GroupOverrides(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
}
