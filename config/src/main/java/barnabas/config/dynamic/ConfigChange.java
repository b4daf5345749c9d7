package barnabas.config.dynamic;

import org.jspecify.annotations.Nullable;

/// One operation of IncrementalAlterConfigs on one name (KIP-339).
///
/// @param value null only for [Operation#DELETE], or when a client left out what it must send
public record ConfigChange(
        String name, Operation operation, @Nullable String value) {
    /// Kind of change; `code` is its number in the request.
    public enum Operation {
        SET(0),
        DELETE(1),
        /// Adds elements to a list that are not there yet.
        APPEND(2),
        /// Removes elements from a list.
        SUBTRACT(3);

        private final byte code;

        Operation(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }

        /// Null for a number that means no operation.
        public static @Nullable Operation of(byte code) {
            for (Operation operation : values()) if (operation.code == code) return operation;
            return null;
        }
    }

    public static ConfigChange set(String name, String value) {
        return new ConfigChange(name, Operation.SET, value);
    }

    public static ConfigChange delete(String name) {
        return new ConfigChange(name, Operation.DELETE, null);
    }
}
