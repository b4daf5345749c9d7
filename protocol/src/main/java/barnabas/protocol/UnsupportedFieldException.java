package barnabas.protocol;

/// A message cannot be written in a version because a field that this version lacks carries a value that must not be
/// dropped.
public final class UnsupportedFieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedFieldException(String message, String field, short version) {
        super(message + ": version " + version + " has no field " + field + ", and it is set");
    }
}
