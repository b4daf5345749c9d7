package barnabas.config;

import java.util.List;

/// Result of parsing a `server.properties`.
public sealed interface ParseResult {
    /// A broker can start with this.
    ///
    /// @param notes one line each, to be said once at start: settings that have no effect
    record Valid(BrokerConfig config, List<String> notes) implements ParseResult {}

    /// Nothing starts.
    ///
    /// @param problems everything that is wrong, one line each
    record Invalid(List<String> problems) implements ParseResult {}
}
