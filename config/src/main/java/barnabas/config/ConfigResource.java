package barnabas.config;

import static barnabas.config.ChangeResult.Reason.INVALID_REQUEST;

import barnabas.config.ChangeResult.Refused;
import org.jspecify.annotations.Nullable;

/// What a configuration belongs to, as requests name it.
///
/// @param name the topic, the broker's id (empty: all brokers), the group or the subscription
public record ConfigResource(Type type, String name) {
    /// The kinds of resource; `code` is the number in requests and in the metadata log.
    public enum Type {
        TOPIC(2),
        BROKER(4),
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

    /// Why no resource of this name can be changed, null when it can. Whether it exists is not asked here.
    public static @Nullable Refused problemWithAltering(Type type, String name) {
        String problem = switch (type) {
            case TOPIC -> name.isEmpty() ? "Default topic resources are not allowed." : null;
            case GROUP -> name.isEmpty() ? "Default group resources are not allowed." : null;
            case CLIENT_METRICS -> name.isEmpty() ? "Subscription name can't be empty" : null;
            case BROKER, BROKER_LOGGER -> problemWithBrokerId(name);
        };
        return problem == null ? null : new Refused(INVALID_REQUEST, problem);
    }

    /// Why no resource of this name can be described, null when it can.
    public static @Nullable Refused problemWithDescribing(Type type, String name) {
        String problem = switch (type) {
            case TOPIC -> null;
            case GROUP -> name.isEmpty() ? "Group name must not be empty" : null;
            case CLIENT_METRICS -> name.isEmpty() ? "Client metrics subscription name must not be empty" : null;
            case BROKER, BROKER_LOGGER -> problemWithBrokerId(name);
        };
        return problem == null ? null : new Refused(INVALID_REQUEST, problem);
    }

    private static @Nullable String problemWithBrokerId(String name) {
        if (name.isEmpty()) return null;
        try {
            return Integer.parseInt(name) < 0 ? "Invalid negative broker ID." : null;
        } catch (NumberFormatException _) {
            return "Unable to parse broker name as a base 10 number.";
        }
    }
}
