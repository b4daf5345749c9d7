package barnabas.console.rest;

import barnabas.client.ClientException;
import barnabas.client.ConnectionException;
import barnabas.client.RequestFailedException;
import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.net.http.HttpResponse;
import barnabas.protocol.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that is refused: `{"error":{"code":"…","message":"…"}}`. The code is one of the Kafka protocol's where the
/// cluster refuses.
public final class ApiProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final int position;

    /// @param status of HTTP
    /// @param code in capitals
    /// @param message one line for people
    public ApiProblem(int status, String code, String message) {
        this(status, code, message, -1);
    }

    /// @param position of the wrong character in the text that was sent, from 0; -1 without one
    public ApiProblem(int status, String code, String message, int position) {
        super(message);
        this.status = status;
        this.code = code;
        this.position = position;
    }

    public static ApiProblem invalid(String message) {
        return new ApiProblem(400, "INVALID_REQUEST", message);
    }

    public static ApiProblem missing(String message) {
        return new ApiProblem(404, "NOT_FOUND", message);
    }

    /// The same refusal that a Kafka client would get.
    public static ApiProblem of(ClientException failure) {
        if (failure instanceof RequestFailedException refused)
            return new ApiProblem(status(refused.error()), refused.error().name(), text(failure));
        if (failure instanceof ConnectionException broken && broken.kind() == ConnectionException.Kind.REFUSED)
            return new ApiProblem(401, "LOGIN_FAILED", "User or password is wrong");
        return new ApiProblem(503, "NETWORK_EXCEPTION", text(failure));
    }

    private static String text(Exception failure) {
        @Nullable String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static int status(ErrorCode error) {
        String name = error.name();
        if (name.endsWith("_AUTHORIZATION_FAILED")) return 403;
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, GROUP_ID_NOT_FOUND, TRANSACTIONAL_ID_NOT_FOUND, RESOURCE_NOT_FOUND -> 404;
            case TOPIC_ALREADY_EXISTS,
                    NON_EMPTY_GROUP,
                    UNKNOWN_MEMBER_ID,
                    GROUP_SUBSCRIBED_TO_TOPIC,
                    INVALID_TXN_STATE -> 409;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> 413;
            case UNKNOWN_SERVER_ERROR -> 500;
            default -> error.retriable() ? 503 : 400;
        };
    }

    public int status() {
        return status;
    }

    public HttpResponse response() {
        var error = new JsonObject().put("code", code).put("message", getMessage());
        if (position >= 0) error.put("position", position);
        return new HttpResponse(
                status, "application/json; charset=utf-8", Map.of(), JsonText.of(JsonObject.of("error", error)));
    }
}
