package barnabas.coordination.groups.consumer;

import barnabas.protocol.ErrorCode;

/// Reason why a request is refused.
record Refusal(ErrorCode error, String message) {}
