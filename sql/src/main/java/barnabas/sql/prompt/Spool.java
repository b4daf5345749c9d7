package barnabas.sql.prompt;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Text of a session: it goes to the screen and, between SPOOL with a file and SPOOL OFF, to the end of that file too.
/// One thread at a time.
final class Spool extends Writer {
    private final PrintWriter screen;
    private final StringBuilder pending = new StringBuilder();
    private @Nullable Path file;

    Spool(PrintWriter screen) {
        this.screen = screen;
    }

    boolean isOpen() {
        return file != null;
    }

    /// @throws IOException when the file cannot be written
    void open(Path path) throws IOException {
        Files.writeString(path, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        file = path;
    }

    void off() throws IOException {
        flush();
        file = null;
    }

    /// A statement, which the screen has already.
    void statement(String text) {
        if (isOpen()) pending.append("sql> ").append(text).append(';').append('\n');
    }

    /// The reason why a statement failed, which the caller shows.
    void problem(String text) {
        if (isOpen()) pending.append("Error: ").append(text).append('\n');
    }

    @Override
    public void write(char[] text, int from, int length) {
        screen.write(text, from, length);
        if (isOpen()) pending.append(text, from, length);
    }

    @Override
    public void flush() throws IOException {
        screen.flush();
        Path open = file;
        if (open == null || pending.isEmpty()) return;
        Files.writeString(open, pending, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        pending.setLength(0);
    }

    @Override
    public void close() throws IOException {
        off();
    }
}
