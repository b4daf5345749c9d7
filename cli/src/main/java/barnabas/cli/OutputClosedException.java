package barnabas.cli;

import java.io.IOException;

/// Whoever read our output has seen enough (`barnabas consume ... | head`). No failure.
final class OutputClosedException extends IOException {
    private static final long serialVersionUID = 1;

    OutputClosedException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
