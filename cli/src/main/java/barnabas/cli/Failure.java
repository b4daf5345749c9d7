package barnabas.cli;

/// A command cannot do what it was asked for; the message is one line for the person who asked.
final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message);
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
