package barnabas.sql.prompt;

import java.io.IOException;

/// A statement that the service refused, with its message.
public final class ServiceProblem extends IOException {
    private static final long serialVersionUID = 1;

    public ServiceProblem(String message) {
        super(message);
    }
}
