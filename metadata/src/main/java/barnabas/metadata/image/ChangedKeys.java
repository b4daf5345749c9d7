package barnabas.metadata.image;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Uuid;
import java.util.LinkedHashSet;
import java.util.Set;

/// Keys that may differ between two images, by kind; [NetChanges] compares them in the end.
final class ChangedKeys {
    boolean features;
    boolean producerIds;
    final Set<Uuid> topics = new LinkedHashSet<>();
    final Set<Integer> brokers = new LinkedHashSet<>();
    final Set<Integer> controllers = new LinkedHashSet<>();
    final Set<ConfigResource> configs = new LinkedHashSet<>();
    final Set<QuotaEntity> quotas = new LinkedHashSet<>();
    final Set<Uuid> acls = new LinkedHashSet<>();
    final Set<ScramCredential.Key> scram = new LinkedHashSet<>();
    final Set<String> tokens = new LinkedHashSet<>();

    /// All that one of them has.
    static ChangedKeys everything(ClusterImage before, ClusterImage after) {
        var all = new ChangedKeys();
        all.features = true;
        all.producerIds = true;
        all.add(before);
        all.add(after);
        return all;
    }

    private void add(ClusterImage image) {
        topics.addAll(image.topics().byId().keys());
        brokers.addAll(image.nodes().brokers().keys());
        controllers.addAll(image.nodes().controllers().keys());
        configs.addAll(image.configs().keys());
        quotas.addAll(image.quotas().keys());
        acls.addAll(image.access().acls().keys());
        scram.addAll(image.access().scram().keys());
        tokens.addAll(image.access().tokens().keys());
    }
}
