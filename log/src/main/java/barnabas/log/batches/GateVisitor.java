package barnabas.log.batches;

import barnabas.log.RecordGate;
import barnabas.protocol.records.RecordWalk;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Shows the records of one batch to a [RecordGate] and keeps its last answer. One for each batch of a topic with one.
final class GateVisitor implements RecordWalk.Visitor {
    private final RecordGate gate;
    private boolean onLoop;
    private @Nullable String answer;

    GateVisitor(RecordGate gate) {
        this.gate = gate;
    }

    void onLoop(boolean now) {
        onLoop = now;
    }

    @Override
    public boolean takes(ByteBuffer bytes, int key, int keyBytes, int value, int valueBytes) {
        answer = gate.problem(bytes, key, keyBytes, value, valueBytes, onLoop);
        return answer == null;
    }

    /// Whether the last record takes an event loop too long.
    boolean later() {
        return RecordGate.LATER.equals(answer);
    }

    /// Reason against the last record.
    String problem() {
        return Objects.requireNonNullElse(answer, "refused");
    }
}
