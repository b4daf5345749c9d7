package barnabas.client;

import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The cluster answered, with an error.
public final class RequestFailedException extends ClientException {
    private static final long serialVersionUID = 1;

    private final ErrorCode error;

    /// @param what what was tried, as the start of a sentence: `create topic orders`
    /// @param detail the broker's own words, when it sent some
    public RequestFailedException(String what, ErrorCode error, @Nullable String detail) {
        super(what + ": " + error + (detail == null || detail.isBlank() ? "" : " (" + detail.strip() + ")"));
        this.error = error;
    }

    public RequestFailedException(String what, short code, @Nullable String detail) {
        this(what, ErrorCode.of(code), detail);
    }

    public ErrorCode error() {
        return error;
    }
}
