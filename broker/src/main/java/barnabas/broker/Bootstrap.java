package barnabas.broker;

import barnabas.base.Disk;
import barnabas.config.BrokerConfig;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.VersionRange;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.FeatureLevelRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// First records of a new cluster: the feature levels that its directory was formatted with, else the latest.
final class Bootstrap {
    /// Levels of other features are left out: what they stand for is not served yet.
    private static final Set<String> SERVED = Set.of(
            FeaturesImage.METADATA_VERSION,
            FeaturesImage.TRANSACTION_VERSION,
            FeaturesImage.GROUP_VERSION,
            FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION);

    private Bootstrap() {}

    static List<Message> records(Path directory, BrokerConfig config, Disk disk) throws StartFailure {
        Optional<List<Message>> formatted;
        try {
            formatted = BootstrapSnapshot.read(directory, disk);
        } catch (IOException e) {
            throw new StartFailure("What " + directory + " was formatted with cannot be read: " + e.getMessage(), e);
        }
        var levels = new TreeMap<>(Features.LATEST);
        var others = new ArrayList<Message>();
        if (formatted.isPresent()) {
            levels.clear();
            for (Message each : formatted.get()) {
                if (each instanceof FeatureLevelRecord feature) levels.put(feature.name(), feature.featureLevel());
                else others.add(each);
            }
            check(directory, levels);
        }
        levels.keySet().retainAll(SERVED);
        int minIsr = config.topics().defaults().replication().minInsyncReplicas();
        var records = new ArrayList<>(Features.bootstrap(levels, minIsr));
        records.addAll(others);
        return records;
    }

    private static void check(Path directory, SortedMap<String, Short> levels) throws StartFailure {
        var problems = new ArrayList<String>();
        if (!levels.containsKey(FeaturesImage.METADATA_VERSION)) {
            problems.add(directory + " was formatted without a metadata.version");
        }
        levels.forEach((name, level) -> {
            VersionRange supported = Features.SUPPORTED.get(name);
            if (supported == null || !supported.contains(level)) {
                problems.add(directory + " was formatted with " + name + "=" + level + ", which this version does not"
                        + " support");
            }
        });
        if (!problems.isEmpty()) throw new StartFailure(problems);
    }
}
