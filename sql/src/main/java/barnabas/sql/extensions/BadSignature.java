package barnabas.sql.extensions;

/// A class or method of a jar that is no function, and why.
final class BadSignature extends Exception {
    private static final long serialVersionUID = 1;

    BadSignature(String message) {
        super(message);
    }

    BadSignature(String message, Throwable cause) {
        super(message, cause);
    }
}
