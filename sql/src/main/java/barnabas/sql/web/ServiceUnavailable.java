package barnabas.sql.web;

import org.apache.kafka.common.KafkaException;

/// A service does not answer, or not to this one.
public final class ServiceUnavailable extends KafkaException {
    private static final long serialVersionUID = 1;

    public ServiceUnavailable(String message) {
        super(message);
    }

    public ServiceUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /// Whether this is the reason of a failure.
    public static boolean isReason(Throwable problem) {
        for (Throwable each = problem; each != null; each = each.getCause())
            if (each instanceof ServiceUnavailable) return true;
        return false;
    }
}
