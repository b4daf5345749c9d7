package barnabas.otlp;

import java.util.logging.Level;
import java.util.logging.Logger;

/// The logger of the SDK's exporter, which has a line for each failed push on the JVM's standard error.
final class ExporterLog {
    /// Held, because the level of a collected logger is forgotten.
    private static final Logger LOGGER = Logger.getLogger("io.opentelemetry.exporter");

    private ExporterLog() {}

    /// Switches it off, unless the program that the node is part of has set a level.
    static void silence() {
        if (LOGGER.getLevel() == null) LOGGER.setLevel(Level.OFF);
    }
}
