package barnabas.base;

/// Causes of a Throwable.
public final class Causes {
    /// A chain of causes can be a circle.
    private static final int DEPTH_MAX = 100;

    private Causes() {}

    /// The first cause of all, or `failure` itself.
    public static Throwable innermost(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; depth < DEPTH_MAX; depth++) {
            Throwable cause = at.getCause();
            if (cause == null) break;
            at = cause;
        }
        return at;
    }
}
