package barnabas.sql.statements;

import barnabas.sql.formats.Format;
import barnabas.sql.types.SqlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Types of keys and values of topics that have a schema.
@FunctionalInterface
public interface TopicTypes {
    TopicTypes NONE = (topic, side) -> Optional.empty();

    /// Keys or values.
    ///
    /// @param name full name of the schema, which chooses a message of PROTOBUF; null without
    record Side(boolean key, Format format, @Nullable String name) {}

    /// Type of the topic's keys, or of its values.
    Optional<SqlType> type(String topic, Side side);

    /// Type of the schema with this id, whose fields keep their names; empty when there is none of the format.
    default Optional<SqlType> withId(int id, Side side) {
        return Optional.empty();
    }
}
