package barnabas.protocol;

import java.util.function.IntConsumer;

/// The body of a response.
public interface ResponseMessage extends Message {
    ApiKey apiKey();

    /// Hands every error code but NONE to `failures`, of the response and of everything in it.
    ///
    /// @return how many are NONE
    default int countErrors(IntConsumer failures) {
        return 0;
    }
}
