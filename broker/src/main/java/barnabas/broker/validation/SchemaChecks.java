package barnabas.broker.validation;

import barnabas.config.TopicConfig.SchemaValidation;
import java.io.IOException;

/// The schema registry as it decides on records. Any thread.
public interface SchemaChecks {
    /// Reads all records that are in the registry's topic now, for all gates. May block, for a bounded time.
    ///
    /// @throws IOException when they cannot be read; its message is one line
    void refresh() throws IOException, InterruptedException;

    /// Decides by the schemas that were read last.
    SchemaGate gate(String topic, SchemaValidation wanted);
}
