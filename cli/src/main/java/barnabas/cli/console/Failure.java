package barnabas.cli.console;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// Failure of a command; the message is one line for the operator.
public final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }

    /// A file that the operator named and that could not be read.
    public static Failure ofFile(Object file, Exception cause) {
        return ofFile("file", file, cause);
    }

    /// @param what kind of file, for example `config file`
    public static Failure ofFile(String what, Object file, Exception cause) {
        String reason = switch (cause) {
            case NoSuchFileException _ -> "does not exist";
            case AccessDeniedException _ -> "cannot be read: access is denied";
            default -> "cannot be read: " + cause.getMessage();
        };
        return new Failure("the " + what + " " + file + " " + reason, cause);
    }
}
