package barnabas.sql.access;

/// Rights of one who asks. Statements act with the rights of the service itself.
///
/// @param reads SELECT, PRINT, SHOW and the like
/// @param changes all other statements, and rows that are inserted
public record Rights(boolean reads, boolean changes) {
    public static final Rights ALL = new Rights(true, true);
}
