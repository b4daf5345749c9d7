package barnabas.log.journal;

import java.nio.file.Path;
import java.util.List;

/// Names of the journal files in a directory.
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
}
