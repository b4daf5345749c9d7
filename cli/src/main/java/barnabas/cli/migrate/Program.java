package barnabas.cli.migrate;

import barnabas.cli.console.Failure;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.VersionRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Program that nodes change to.
///
/// @param version release of Apache Kafka, `4.3.1`; for Barnabas the release whose metadata it writes
/// @param start command that starts a node, without the settings file
/// @param supported feature levels that it can work with
public record Program(Software software, String version, String start, Map<String, VersionRange> supported) {
    private static final Pattern KAFKA_JAR = Pattern.compile("kafka-clients-([0-9]+\\.[0-9]+\\.[0-9]+).*\\.jar");

    public Program {
        supported = Map.copyOf(supported);
    }

    /// Barnabas of this version.
    static Program barnabas(String command) {
        return new Program(
                Software.BARNABAS, MetadataVersion.LATEST.release(), command + " start --config", Features.SUPPORTED);
    }

    /// @throws IllegalArgumentException for a release that is not known
    static Program kafka(String version, String command) {
        MetadataVersion latest = MetadataVersion.named(version)
                .orElseThrow(() -> new IllegalArgumentException("Apache Kafka " + version + " is not known"));
        var supported = new TreeMap<String, VersionRange>();
        Features.SUPPORTED.forEach(
                (name, range) -> supported.put(name, new VersionRange((short) 0, Features.level(name, latest))));
        supported.put(FeaturesImage.METADATA_VERSION, new VersionRange(MetadataVersion.OLDEST.level(), latest.level()));
        return new Program(Software.KAFKA, version, command, supported);
    }

    /// The program of an installation directory.
    ///
    /// @throws Failure when there is none that a node can change to
    public static Program at(Path directory) throws Failure {
        Path barnabas = directory.resolve("bin").resolve("barnabas");
        if (Files.isRegularFile(barnabas)) return barnabas(barnabas.toString());
        Path kafka = directory.resolve("bin").resolve("kafka-server-start.sh");
        if (!Files.isRegularFile(kafka))
            throw new Failure("--to: " + directory + " has neither bin/barnabas nor bin/kafka-server-start.sh: it takes"
                    + " the directory of the program that nodes change to");
        String version = kafkaVersion(directory.resolve("libs"))
                .orElseThrow(() -> new Failure("--to: " + directory
                        + " has no libs/kafka-clients-*.jar, which names the" + " version of Apache Kafka"));
        try {
            return kafka(version, kafka.toString());
        } catch (IllegalArgumentException e) {
            throw new Failure("--to: " + e.getMessage() + ", so its feature levels are not known", e);
        }
    }

    private static Optional<String> kafkaVersion(Path jars) {
        try (Stream<Path> files = Files.list(jars)) {
            return files.map(each -> KAFKA_JAR.matcher(each.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(each -> each.group(1))
                    .findFirst();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return software == Software.KAFKA ? software + " " + version : software.toString();
    }
}
