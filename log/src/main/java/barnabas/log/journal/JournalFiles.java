package barnabas.log.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Where a directory's journal lies.
final class JournalFiles {
    private JournalFiles() {}

    static Path first(Path directory) {
        return directory.resolve("barnabas-journal-0");
    }

    static Path second(Path directory) {
        return directory.resolve("barnabas-journal-1");
    }

    static List<Path> both(Path directory) {
        return List.of(first(directory), second(directory));
    }

    /// The JDK passes the system's text on and nothing else to tell by.
    static boolean isFull(IOException cause) {
        var message = cause.getMessage();
        if (message == null) return false;
        var text = message.toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }
}
