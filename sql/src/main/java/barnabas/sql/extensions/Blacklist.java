package barnabas.sql.extensions;

import barnabas.config.dynamic.ClientPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Classes that no jar may use: names that begin as one of the expressions says.
record Blacklist(List<ClientPattern> patterns) {
    /// Name of the file in the folder of the jars, with a regular expression in each line.
    static final String FILE = "resource-blacklist.txt";

    /// @throws IllegalArgumentException when a line is no regular expression
    static Blacklist of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        var patterns = new ArrayList<ClientPattern>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) continue;
            switch (ClientPattern.read("(?:" + text + ").*")) {
                case ClientPattern.Reading.Valid valid -> patterns.add(valid.pattern());
                case ClientPattern.Reading.Invalid _ ->
                    throw new IllegalArgumentException(
                            file + ": '" + text + "' is no regular expression in RE2 syntax");
            }
        }
        return new Blacklist(patterns);
    }

    void check(String name) throws ClassNotFoundException {
        for (ClientPattern each : patterns)
            if (each.matches(name)) throw new ClassNotFoundException(name + " is in " + FILE);
    }
}
