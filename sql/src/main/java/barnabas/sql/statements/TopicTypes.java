package barnabas.sql.statements;

import barnabas.sql.formats.Format;
import barnabas.sql.types.SqlType;
import java.util.Optional;

/// Types of keys and values of topics that have a schema.
@FunctionalInterface
public interface TopicTypes {
    TopicTypes NONE = (topic, key, format) -> Optional.empty();

    /// Type of the topic's keys, or of its values.
    Optional<SqlType> type(String topic, boolean key, Format format);

    /// Type of the schema with this id, whose fields keep their names; empty when there is none of the format.
    default Optional<SqlType> withId(int id, boolean key, Format format) {
        return Optional.empty();
    }
}
