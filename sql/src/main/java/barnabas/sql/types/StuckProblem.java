package barnabas.sql.types;

/// A function that does not return to the one who waits for it. It ends the query, not the value alone.
public final class StuckProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StuckProblem(String message) {
        super(message);
    }
}
