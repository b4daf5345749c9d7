package barnabas.log.journal;

import java.nio.file.Path;
import java.util.List;

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
}
