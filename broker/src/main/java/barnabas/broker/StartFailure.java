package barnabas.broker;

import java.util.List;

/// The broker cannot start; every reason is one line for the operator.
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // always an immutable list, which is serializable
    private final List<String> problems;

    public StartFailure(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public StartFailure(String problem, Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    public List<String> problems() {
        return problems;
    }
}
