package barnabas.metadata.decision;

import barnabas.config.dynamic.ChangeResult;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Reason why a request is refused, as its answer has it.
///
/// @param message null if the error code needs none
public record Refusal(ErrorCode error, @Nullable String message) {
    /// Refusal by a rule about configurations.
    public static Refusal of(ChangeResult.Refused refused) {
        ErrorCode error = switch (refused.reason()) {
            case INVALID_CONFIG -> ErrorCode.INVALID_CONFIG;
            case INVALID_REQUEST -> ErrorCode.INVALID_REQUEST;
        };
        return new Refusal(error, refused.message());
    }

    /// More than one atomic change can hold.
    public static final Refusal TOO_MANY_RECORDS =
            new Refusal(ErrorCode.POLICY_VIOLATION, "Unable to perform excessively large batch operation.");
}
