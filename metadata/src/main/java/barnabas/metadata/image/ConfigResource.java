package barnabas.metadata.image;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a dynamic configuration belongs to.
///
/// @param name the topic, group, client metrics subscription or broker id; an empty broker name is the default of all
///     brokers
public record ConfigResource(Type type, String name) implements Comparable<ConfigResource> {
    public static final ConfigResource BROKER_DEFAULT = new ConfigResource(Type.BROKER, "");

    /// `code` is the number on the wire and in the metadata log.
    public enum Type {
        TOPIC(2),
        BROKER(4),
        /// Log levels of one process: changed there, never stored.
        BROKER_LOGGER(8),
        CLIENT_METRICS(16),
        GROUP(32);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }

        /// Empty for a number that stands for no type.
        public static Optional<Type> ofCode(byte code) {
            for (Type type : values()) if (type.code == code) return Optional.of(type);
            return Optional.empty();
        }
    }

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int id) {
        return new ConfigResource(Type.BROKER, Integer.toString(id));
    }

    public static ConfigResource group(String id) {
        return new ConfigResource(Type.GROUP, id);
    }

    public static ConfigResource clientMetrics(String subscription) {
        return new ConfigResource(Type.CLIENT_METRICS, subscription);
    }

    // As records have them, written out: a key of many maps, from the first moments of a process on.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigResource that && type == that.type && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return type.code() * 31 + name.hashCode();
    }

    @Override
    public int compareTo(ConfigResource other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : name.compareTo(other.name);
    }
}
