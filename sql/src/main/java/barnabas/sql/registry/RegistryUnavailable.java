package barnabas.sql.registry;

import org.apache.kafka.common.KafkaException;

/// The registry does not answer, or not to this service. Nothing is wrong with the record that needs it.
public final class RegistryUnavailable extends KafkaException {
    private static final long serialVersionUID = 1;

    RegistryUnavailable(String message) {
        super(message);
    }

    RegistryUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /// Whether this is the reason of a failure.
    public static boolean isReason(Throwable problem) {
        for (Throwable each = problem; each != null; each = each.getCause())
            if (each instanceof RegistryUnavailable) return true;
        return false;
    }
}
