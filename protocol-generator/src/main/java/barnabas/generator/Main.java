package barnabas.generator;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;

/// `Main <output folder>`: reads the schemas from the Kafka jars on its class path and writes the Java sources. Files
/// whose text did not change are left alone, so that an unchanged schema costs no compilation.
public final class Main {
    private final Path output;
    private final Set<Path> written = new HashSet<>();

    private Main(Path output) {
        this.output = output;
    }

    public static void main(String[] args) throws IOException {
        new Main(Path.of(args[0])).run();
    }

    private void run() throws IOException {
        List<Schema> messages = schemas("common/message/ProduceRequest.json");
        var requests = new ArrayList<Schema>();
        var responses = new HashMap<Integer, Schema>();
        for (Schema schema : messages) {
            if (schema.validVersions().isEmpty()) continue;
            write("barnabas.protocol.message", schema);
            if (schema.kind().equals("request")) requests.add(schema);
            if (schema.kind().equals("response")) responses.put(schema.apiKey(), schema);
        }
        requests.sort(Comparator.comparingInt(Schema::apiKey));
        write("barnabas.protocol", "ApiKey", ApiKeyGenerator.apiKeys(requests, responses));
        write("barnabas.protocol.message", "Messages", ApiKeyGenerator.messages(requests));

        for (Schema schema : schemas("common/message/OffsetCommitKey.json")) write("barnabas.protocol.group", schema);
        for (Schema schema : schemas("common/message/TransactionLogKey.json")) {
            write("barnabas.protocol.transaction", schema);
        }
        List<Schema> records = schemas("common/metadata/TopicRecord.json");
        for (Schema schema : records) write("barnabas.protocol.metadata", schema);
        List<Schema> logged = records.stream()
                .filter(each -> MessageKind.of(each) == MessageKind.METADATA)
                .toList();
        write("barnabas.protocol.metadata", "MetadataRecord", MessageKind.metadataRecord(logged));
        for (String name : List.of("message", "group", "transaction", "metadata")) {
            String javaPackage = "barnabas.protocol." + name;
            write(javaPackage, "package-info", """
                    /// Generated from Kafka's message schemas.
                    @NullMarked
                    package %s;

                    import org.jspecify.annotations.NullMarked;
                    """.formatted(javaPackage));
        }
        removeStale();
    }

    private void write(String javaPackage, Schema schema) throws IOException {
        write(javaPackage, schema.name(), new RecordGenerator(schema, javaPackage).generate());
    }

    private void write(String javaPackage, String name, String text) throws IOException {
        Path file = output.resolve(javaPackage.replace('.', '/')).resolve(name + ".java");
        written.add(file);
        if (Files.exists(file) && Files.readString(file).equals(text)) return;
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void removeStale() throws IOException {
        try (var files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!written.contains(file)) Files.delete(file);
            }
        }
    }

    /// Every schema in the jar and folder that hold the schema named by `sample`, sorted by name.
    public static List<Schema> schemas(String sample) throws IOException {
        URL found = Main.class.getClassLoader().getResource(sample);
        if (found == null) throw new IOException("no schema " + sample + " on the class path");
        String folder = sample.substring(0, sample.lastIndexOf('/') + 1);
        var connection = (JarURLConnection) URI.create(found.toString()).toURL().openConnection();
        connection.setUseCaches(false);
        var schemas = new ArrayList<Schema>();
        try (var jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().toList()) {
                if (!entry.getName().startsWith(folder) || !entry.getName().endsWith(".json")) continue;
                try (InputStream in = jar.getInputStream(entry)) {
                    schemas.add(Schema.parse(in.readAllBytes()));
                }
            }
        }
        schemas.sort(Comparator.comparing(Schema::name));
        return schemas;
    }
}
