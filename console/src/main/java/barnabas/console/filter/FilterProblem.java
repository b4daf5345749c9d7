package barnabas.console.filter;

/// A filter that cannot be read.
public final class FilterProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int position;

    FilterProblem(int position, String message) {
        super(message);
        this.position = position;
    }

    /// Index of the wrong character, from 0; the length of the text when something is missing at its end.
    public int position() {
        return position;
    }
}
