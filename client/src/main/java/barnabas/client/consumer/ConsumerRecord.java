package barnabas.client.consumer;

import barnabas.protocol.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record that was read. Key, value and header values are views of the answer it came in; reading them moves
/// their positions.
///
/// @param timestampMillis since the epoch, -1 when it has none
public record ConsumerRecord(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<RecordHeader> headers) {}
