package barnabas.coordination.groups.consumer;

import barnabas.protocol.ErrorCode;

/// Why a request is not served.
record Refusal(ErrorCode error, String message) {}
