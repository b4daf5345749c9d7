package barnabas.broker.request;

import barnabas.protocol.ApiKey;
import java.util.EnumSet;
import java.util.Set;

/// The memory of answers while they are built, for APIs whose small requests can have large answers: each takes its
/// part of the [DecodedMemory] before it is built, as much as the largest recent answer of its API took. Answers wait
/// for their part in the order in which their requests came.
final class LargeAnswers {
    private static final Set<ApiKey> APIS = EnumSet.of(
            ApiKey.METADATA,
            ApiKey.OFFSET_FETCH,
            ApiKey.DESCRIBE_GROUPS,
            ApiKey.LIST_GROUPS,
            ApiKey.DESCRIBE_ACLS,
            ApiKey.DESCRIBE_CONFIGS,
            ApiKey.DESCRIBE_LOG_DIRS,
            ApiKey.LIST_PARTITION_REASSIGNMENTS,
            ApiKey.DESCRIBE_CLIENT_QUOTAS,
            ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS,
            ApiKey.DESCRIBE_DELEGATION_TOKEN,
            ApiKey.DESCRIBE_PRODUCERS,
            ApiKey.DESCRIBE_TRANSACTIONS,
            ApiKey.LIST_TRANSACTIONS,
            ApiKey.CONSUMER_GROUP_DESCRIBE,
            ApiKey.LIST_CONFIG_RESOURCES);

    /// Heap of an answer's objects for each byte of its encoded form.
    private static final int OBJECT_FACTOR = 8;
    /// Answers that count for nothing, encoded.
    private static final int SMALL_BYTES_MAX = 4 << 10;
    /// An API's first answer, of which nothing is known, encoded. Small, as it may wait for a coordinator that loads.
    private static final int UNKNOWN_BYTES = 64 << 10;

    private LargeAnswers() {}

    static boolean mayBeLarge(ApiKey key) {
        return APIS.contains(key);
    }

    /// Heap that the next answer of an API may take; 0 when it is not worth counting.
    static long heapBytes(ApiMetrics metrics) {
        int encoded = metrics.recentReplyBytesMax();
        if (encoded == 0) encoded = UNKNOWN_BYTES;
        return encoded <= SMALL_BYTES_MAX ? 0 : (long) encoded * OBJECT_FACTOR;
    }
}
