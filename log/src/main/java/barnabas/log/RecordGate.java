package barnabas.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decision on single records of producers by rules that the log does not know. Called once for each record while its
/// batch is checked, by any thread, outside of all locks.
public interface RecordGate {
    /// Answer on an event loop when the decision takes longer than a loop may.
    String LATER = "later";

    /// Reason to refuse a record; null when it is taken.
    ///
    /// @param bytes hold the record during the call only
    /// @param keyBytes -1 for null
    /// @param valueBytes -1 for null
    /// @param onLoop the caller is an event loop: [#LATER] is an answer too
    @Nullable
    String problem(ByteBuffer bytes, int key, int keyBytes, int value, int valueBytes, boolean onLoop);
}
