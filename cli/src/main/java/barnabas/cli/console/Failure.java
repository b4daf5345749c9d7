package barnabas.cli.console;

/// A command cannot do what it was asked for; the message is one line for the person who asked.
public final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
