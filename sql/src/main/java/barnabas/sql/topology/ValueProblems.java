package barnabas.sql.topology;

/// Receives the reasons for which values of a query cannot be computed, which are null then. On any thread.
@FunctionalInterface
public interface ValueProblems {
    ValueProblems NONE = problem -> {};

    void cannotCompute(RuntimeException problem);
}
