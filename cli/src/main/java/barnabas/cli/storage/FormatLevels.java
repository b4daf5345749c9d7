package barnabas.cli.storage;

import barnabas.cli.console.Failure;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.VersionRange;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The feature levels that a directory is formatted with: those of a release, and what `--feature` says otherwise. What
/// is refused is refused in the words of `kafka-storage.sh`.
///
/// @param levels by name, `metadata.version` among them; without `kraft.version`, which the quorum keeps
public record FormatLevels(MetadataVersion version, SortedMap<String, Short> levels) {

    /// @param release as in `3.9` or `3.7-IV2`; null for the latest
    /// @param features as in `group.version=0`
    static FormatLevels of(@Nullable String release, List<String> features) throws Failure {
        var asked = new TreeMap<String, Short>();
        for (String each : features) {
            int equals = each.indexOf('=');
            if (equals < 0) throw new Failure("Can't parse feature=level string " + each + ": equals sign not found.");
            String level = each.substring(equals + 1).strip();
            try {
                asked.put(each.substring(0, equals).strip(), Short.parseShort(level));
            } catch (NumberFormatException e) {
                throw new Failure(
                        "Can't parse feature=level string " + each + ": unable to parse " + level + " as a short.", e);
            }
        }
        MetadataVersion version = version(release, asked.remove(FeaturesImage.METADATA_VERSION));
        var levels = new TreeMap<>(Features.at(version));
        for (var each : asked.entrySet()) {
            check(each.getKey(), each.getValue(), version);
            levels.put(each.getKey(), each.getValue());
        }
        levels.remove(FeaturesImage.KRAFT_VERSION);
        return new FormatLevels(version, levels);
    }

    /// @param choosesVoters the command line says which voters the metadata log begins with, and the settings do not
    static void checkQuorum(List<String> features, boolean choosesVoters) throws Failure {
        for (String each : features) {
            if (!each.startsWith(FeaturesImage.KRAFT_VERSION + "=")) continue;
            String level = each.substring(each.indexOf('=') + 1).strip();
            boolean isZero = level.equals("0");
            if (isZero && choosesVoters)
                throw new Failure("Cannot set kraft.version to 0 if controller.quorum.voters is empty and one of the"
                        + " flags --standalone, --initial-controllers, or --no-initial-controllers is used. For"
                        + " dynamic controllers support, try removing the --feature flag for kraft.version.");
            if (!isZero && !choosesVoters)
                throw new Failure("Cannot set kraft.version to " + level + " unless controller.quorum.voters is empty"
                        + " and one of the flags --standalone, --initial-controllers, or --no-initial-controllers is"
                        + " used. For dynamic controllers support, try using one of --standalone,"
                        + " --initial-controllers, or --no-initial-controllers and removing"
                        + " controller.quorum.voters.");
        }
    }

    static MetadataVersion version(String release) throws Failure {
        return MetadataVersion.named(release)
                .orElseThrow(() -> new Failure("Unknown metadata.version '" + release
                        + "'. Supported metadata.version are: " + MetadataVersion.names()));
    }

    private static MetadataVersion version(@Nullable String release, @Nullable Short level) throws Failure {
        if (release != null && level != null) {
            throw new Failure("Use --release-version instead of --feature metadata.version=X to avoid ambiguity.");
        }
        if (release != null) return version(release);
        if (level == null) return MetadataVersion.LATEST;
        VersionRange known = known(FeaturesImage.METADATA_VERSION);
        if (!known.contains(level)) {
            throw new Failure("No MetadataVersion with feature level " + level + ". Valid feature levels are from "
                    + known.min() + " to " + known.max() + ".");
        }
        return MetadataVersion.of(level);
    }

    private static VersionRange known(String feature) throws Failure {
        VersionRange range = Features.SUPPORTED.get(feature);
        if (range != null) return range;
        var names = new TreeSet<>(Features.SUPPORTED.keySet());
        names.remove(FeaturesImage.METADATA_VERSION);
        throw new Failure("Unsupported feature: " + feature + ". Supported features are: " + String.join(", ", names));
    }

    private static void check(String feature, short level, MetadataVersion version) throws Failure {
        if (!known(feature).contains(level)) {
            throw new Failure("No feature:" + feature + " with feature level " + level);
        }
        MetadataVersion needed = Features.needs(feature, level);
        if (!version.isAtLeast(needed)) {
            throw new Failure(feature + " could not be set to " + level
                    + " because it depends on metadata.version level " + needed.level());
        }
    }
}
