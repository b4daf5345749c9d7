package barnabas.registry.kinds;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A schema that its library understands.
public interface ParsedSchema {
    /// The text that is stored: without layout where the kind has a way to leave it out.
    String canonical();

    /// A text that is equal for schemas which differ in order and spelling only.
    String normalized();

    /// The schema in a form for machines, where the kind has one: a Protobuf descriptor in Base64.
    default Optional<String> serialized() {
        return Optional.empty();
    }

    /// Reasons why a reader with this schema does not understand all data that was written with another one of the same
    /// kind; each begins with the place in the schema.
    List<String> obstacles(ParsedSchema writer);

    /// The data of one record as JSON.
    ///
    /// @param data behind the id of the schema
    /// @throws MismatchException when the data is not of this schema
    String json(ByteBuffer data) throws MismatchException;

    /// Full names of the types that a record with this schema may be of.
    List<String> recordNames();

    /// A check of data without making it: fast enough for an event loop. Empty where the kind has none, and
    /// [#json] decides.
    default Optional<BytesCheck> check() {
        return Optional.empty();
    }

    /// A check of data of one schema.
    @FunctionalInterface
    interface BytesCheck {
        /// Whether the bytes between the positions are one value of the schema.
        boolean fits(ByteBuffer bytes, int at, int limit);
    }

    /// Data that is not of its schema.
    final class MismatchException extends Exception {
        private static final long serialVersionUID = 1;

        public MismatchException(String message) {
            super(message);
        }
    }
}
