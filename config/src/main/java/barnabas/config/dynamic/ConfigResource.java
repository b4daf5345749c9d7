package barnabas.config.dynamic;

import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_REQUEST;

import barnabas.config.dynamic.ChangeResult.Refused;
import org.jspecify.annotations.Nullable;

/// Resource that a configuration belongs to, as requests and the metadata log name it.
///
/// @param name the topic, group, client metrics subscription or broker id; an empty broker name is the default of all
///     brokers
public record ConfigResource(Type type, String name) implements Comparable<ConfigResource> {
    public static final ConfigResource BROKER_DEFAULT = new ConfigResource(Type.BROKER, "");

    /// The kinds of resource; `code` is the number in requests and in the metadata log.
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

        /// Null for a number that means no resource.
        public static @Nullable Type of(byte code) {
            for (Type type : values()) if (type.code == code) return type;
            return null;
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

    /// Error if no resource of this name can be changed, null otherwise. Does not check that the resource exists.
    public @Nullable Refused problemWithAltering() {
        String problem = switch (type) {
            case TOPIC -> name.isEmpty() ? "Default topic resources are not allowed." : null;
            case GROUP -> name.isEmpty() ? "Default group resources are not allowed." : null;
            case CLIENT_METRICS -> name.isEmpty() ? "Subscription name can't be empty" : null;
            case BROKER, BROKER_LOGGER -> problemWithBrokerId(name, "Unable to parse broker name as a base 10 number.");
        };
        return problem == null ? null : new Refused(INVALID_REQUEST, problem);
    }

    /// Error if no resource of this name can be described, null otherwise.
    public @Nullable Refused problemWithDescribing() {
        String problem = switch (type) {
            case TOPIC -> null;
            case GROUP -> name.isEmpty() ? "Group name must not be empty" : null;
            case CLIENT_METRICS -> name.isEmpty() ? "Client metrics subscription name must not be empty" : null;
            case BROKER, BROKER_LOGGER -> problemWithBrokerId(name, "Broker id must be an integer, but it is: " + name);
        };
        return problem == null ? null : new Refused(INVALID_REQUEST, problem);
    }

    private static @Nullable String problemWithBrokerId(String name, String notANumber) {
        if (name.isEmpty()) return null;
        try {
            return Integer.parseInt(name) < 0 ? "Invalid negative broker ID." : null;
        } catch (NumberFormatException _) {
            return notANumber;
        }
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
