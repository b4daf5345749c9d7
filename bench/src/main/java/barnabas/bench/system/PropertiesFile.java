package barnabas.bench.system;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// `server.properties` of a broker, beside its data.
final class PropertiesFile {
    private PropertiesFile() {}

    static Path write(Launch launch, Map<String, String> config) throws IOException {
        Path file = launch.directory().resolve("server.properties");
        Files.createDirectories(launch.directory());
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (Map.Entry<String, String> entry : config.entrySet()) {
                writer.write(entry.getKey() + "=" + entry.getValue() + "\n");
            }
        }
        return file;
    }
}
