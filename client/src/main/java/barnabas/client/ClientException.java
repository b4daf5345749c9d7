package barnabas.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A call on the cluster did not do what was asked: the network failed, or the broker said no. Its message is one
/// line for people.
public abstract sealed class ClientException extends IOException
        permits ConnectionException, RequestFailedException, StoppedException {
    private static final long serialVersionUID = 1;

    ClientException(String message) {
        super(message);
    }

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
