package barnabas.cli.storage;

import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.VersionRange;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `storage version-mapping` and `storage feature-dependencies`: which features a release begins with and what they
/// need, in the words of `kafka-storage.sh`.
public final class FeatureTables {
    /// In the order in which Kafka's tool names them.
    private static final List<String> NAMES = List.of(
            FeaturesImage.KRAFT_VERSION,
            FeaturesImage.TRANSACTION_VERSION,
            FeaturesImage.GROUP_VERSION,
            FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION,
            FeaturesImage.SHARE_VERSION,
            FeaturesImage.STREAMS_VERSION);

    private FeatureTables() {}

    @Command(
            name = "version-mapping",
            mixinStandardHelpOptions = true,
            description = "Show the feature levels of a release.",
            footer = "  barnabas storage version-mapping --release-version 3.9")
    static final class OfRelease implements Callable<Integer> {
        @Option(
                names = {"-r", "--release-version"},
                paramLabel = "VERSION",
                description = "Release, for example 3.9 or 3.7-IV2 (default: the latest).")
        private @Nullable String release;

        private final Console console;

        OfRelease(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Failure {
            String name = release == null ? MetadataVersion.LATEST.toString() : release;
            MetadataVersion version = FormatLevels.version(name);
            PrintWriter out = console.text();
            out.println("metadata.version=" + version.level() + " (" + name + ")");
            for (String each : NAMES) out.println(each + "=" + Features.level(each, version));
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "feature-dependencies",
            mixinStandardHelpOptions = true,
            description = "Show which metadata.version the levels of features need.",
            footer = "  barnabas storage feature-dependencies --feature group.version=1")
    static final class Needs implements Callable<Integer> {
        @Option(
                names = {"-f", "--feature"},
                required = true,
                paramLabel = "NAME=LEVEL",
                description = "Feature and level. Repeatable. Required.")
        private List<String> features = new ArrayList<>();

        private final Console console;

        Needs(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Failure {
            PrintWriter out = console.text();
            try {
                for (String each : features) show(each, out);
            } finally {
                out.flush();
            }
            return 0;
        }

        private static void show(String feature, PrintWriter out) throws Failure {
            int equals = feature.indexOf('=');
            short level;
            try {
                level = Short.parseShort(feature.substring(equals + 1).strip());
            } catch (NumberFormatException e) {
                throw new Failure(
                        "Invalid feature format: " + feature
                                + ". Expected format: 'feature=version' (e.g. 'group.version=1')",
                        e);
            }
            String name = feature.substring(0, Math.max(0, equals)).strip();
            VersionRange known = Features.SUPPORTED.get(name);
            if (known == null) throw new Failure("Unknown feature: " + name);
            boolean metadata = name.equals(FeaturesImage.METADATA_VERSION);
            if (!known.contains(level)) {
                throw new Failure(
                        metadata
                                ? "Unknown metadata.version " + level
                                : "Feature level " + level + " is not supported for feature " + name);
            }
            String said = name + "=" + level + (metadata ? " (" + MetadataVersion.of(level) + ")" : "");
            MetadataVersion needed = Features.needs(name, level);
            if (needed == MetadataVersion.OLDEST) {
                out.println(said + " has no dependencies.");
            } else {
                out.println(said + " requires:");
                out.println("    metadata.version=" + needed.level() + " (" + needed + ")");
            }
        }
    }
}
