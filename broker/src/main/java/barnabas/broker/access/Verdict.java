package barnabas.broker.access;

import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Result of a guard's look at a request.
sealed interface Verdict {
    Verdict PASS = new Pass();

    /// The request is handled as it stands.
    record Pass() implements Verdict {}

    /// Nothing of the request is handled.
    record Refused(ResponseMessage response) implements Verdict {}

    /// Nothing of the request is handled, and the client has wanted no answer.
    record Closed(String detail) implements Verdict {}

    /// A part of the request, or all of it, is handled, and its answer is changed.
    ///
    /// @param isPartRefused whether the answer then has errors
    record Part(RequestMessage request, UnaryOperator<ResponseMessage> amendment, boolean isPartRefused)
            implements Verdict {}

    /// The request is handled, and records of topics for which `readable` does not hold are kept back.
    record Restricted(Predicate<String> readable) implements Verdict {}

    static <R extends ResponseMessage> Verdict part(
            RequestMessage request, Class<R> type, UnaryOperator<R> amendment, boolean isPartRefused) {
        return new Part(request, response -> amendment.apply(type.cast(response)), isPartRefused);
    }

    /// All of the request is handled, and its answer is changed.
    static <R extends ResponseMessage> Verdict amended(
            RequestMessage request, Class<R> type, UnaryOperator<R> amendment) {
        return part(request, type, amendment, false);
    }
}
