package barnabas.protocol.records;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One header of a record. The value is a view; null is a value of its own.
public record RecordHeader(String key, @Nullable ByteBuffer value) {}
