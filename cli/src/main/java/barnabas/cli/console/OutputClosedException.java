package barnabas.cli.console;

import java.io.IOException;

/// Standard output takes no more. Mostly its reader has seen enough (`barnabas consume ... | head`), which is
/// no failure.
final class OutputClosedException extends IOException {
    private static final long serialVersionUID = 1;

    OutputClosedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    boolean readerHasGone() {
        String message = getMessage();
        return message != null && message.contains("Broken pipe");
    }
}
