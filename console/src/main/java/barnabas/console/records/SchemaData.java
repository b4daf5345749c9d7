package barnabas.console.records;

import barnabas.client.Cluster;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/// Data of registered schemas as JSON; pages of a schema registry give it.
public interface SchemaData {
    /// Data of the schemas that were asked for.
    @FunctionalInterface
    interface Decoder {
        Decoder NONE = (_, _) -> Optional.empty();

        /// Empty when the schema is not known or the data is not of it.
        ///
        /// @param data behind the id
        Optional<String> json(int id, ByteBuffer data);
    }

    /// Looks up schemas with the rights of a user: one who may not read them gets none.
    ///
    /// @param ids those that are too many are left out
    Decoder decoder(Set<Integer> ids, Cluster cluster) throws InterruptedException;
}
