package barnabas.console.resources;

import barnabas.client.RequestFailedException;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Error codes of answers.
final class ApiErrors {
    private ApiErrors() {}

    static void check(String what, short code, @Nullable String detail) throws RequestFailedException {
        if (code != ErrorCode.NONE.code()) throw new RequestFailedException(what, code, detail);
    }

    /// Whether the user lacks a right.
    static boolean isForbidden(RequestFailedException failure) {
        return failure.error().name().endsWith("_AUTHORIZATION_FAILED");
    }
}
