package barnabas.sql.syntax;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A statement about something outside of the service: connectors, schemas, files.
public sealed interface Outside {
    Position at();

    enum ConnectorKind {
        ANY,
        SOURCE,
        SINK
    }

    /// @param settings of the connector
    record CreateConnector(
            Position at, ConnectorKind kind, String name, boolean ifNotExists, Map<String, String> settings)
            implements Outside {}

    record DropConnector(Position at, String name, boolean ifExists) implements Outside {}

    record DescribeConnector(Position at, String name) implements Outside {}

    record ShowConnectors(Position at, ConnectorKind kind) implements Outside {}

    record ShowPlugins(Position at) implements Outside {}

    /// `ASSERT [NOT EXISTS] SCHEMA`.
    ///
    /// @param subject null for any
    /// @param id null for any
    /// @param timeoutMs null for the service's
    record AssertSchema(
            Position at,
            @Nullable String subject,
            @Nullable Integer id,
            boolean exists,
            @Nullable Long timeoutMs) implements Outside {}

    /// @param path null without quotes around it
    record RunScript(Position at, @Nullable String path) implements Outside {}
}
