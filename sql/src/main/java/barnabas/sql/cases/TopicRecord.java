package barnabas.sql.cases;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// A record as a topic holds it.
@SuppressWarnings("ArrayRecordComponent") // never compared
record TopicRecord(byte @Nullable [] key, byte @Nullable [] value, long timestamp, List<Header> headers) {}
