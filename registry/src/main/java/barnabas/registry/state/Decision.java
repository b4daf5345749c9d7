package barnabas.registry.state;

import java.util.List;

/// Outcome of a change that was decided on a state.
///
/// @param records to append together; none when there is nothing to change
/// @param answer for the client once the records are in the topic
public record Decision<T>(List<SchemaRecord> records, T answer) {
    public Decision {
        records = List.copyOf(records);
    }

    public static <T> Decision<T> nothing(T answer) {
        return new Decision<>(List.of(), answer);
    }
}
