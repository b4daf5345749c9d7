package barnabas.config.dynamic;

import java.util.Map;

/// Result of changes to the overrides of one resource.
public sealed interface ChangeResult {
    /// All changes hold together.
    ///
    /// @param overrides everything set for the resource from now on
    record Changed(Map<String, String> overrides) implements ChangeResult {}

    /// Nothing is changed.
    ///
    /// @param message what Kafka would answer
    record Refused(Reason reason, String message) implements ChangeResult {}

    /// Which error the message comes with.
    enum Reason {
        INVALID_CONFIG,
        INVALID_REQUEST
    }
}
