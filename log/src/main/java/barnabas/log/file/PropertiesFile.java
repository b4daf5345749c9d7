package barnabas.log.file;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `key=value` lines, as `meta.properties` has them; other lines are comments.
public final class PropertiesFile {
    private PropertiesFile() {}

    public static Optional<Map<String, String>> read(Disk disk, Path path) throws IOException {
        var text = CheckpointFile.text(disk, path);
        if (text.isEmpty()) return Optional.empty();
        var found = new LinkedHashMap<String, String>();
        for (var line : text.get().lines().toList()) {
            int equals = line.indexOf('=');
            if (line.startsWith("#") || equals < 0) continue;
            found.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
        return Optional.of(found);
    }

    public static void write(Disk disk, Path path, Map<String, String> entries) throws IOException {
        var text = new StringBuilder();
        entries.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        CheckpointFile.replace(disk, path, text.toString());
    }
}
