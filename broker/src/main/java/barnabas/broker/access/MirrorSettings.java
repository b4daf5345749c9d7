package barnabas.broker.access;

import barnabas.config.dynamic.ConfigResource;
import barnabas.config.keys.OpenNames;
import barnabas.metadata.controller.access.MirroredAcls;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Settings by which a mirror makes and deletes ACLs of this cluster.
final class MirrorSettings {
    private static final String MIRROR = "barnabas.mirror";
    private static final String SOURCE_ID = "barnabas.mirror.source.id";
    private static final String SOURCE_CLUSTER = "barnabas.mirror.source.cluster";

    /// These may be changed by those who may alter configurations.
    private static final Set<String> HARMLESS = Set.of("groups", "state");

    /// @param names of settings that may be set or deleted
    /// @param replaces all others are deleted
    record Change(Set<String> names, boolean replaces) {}

    private MirrorSettings() {}

    static Change replaced(AlterConfigsRequest.AlterConfigsResource asked) {
        var names = new HashSet<String>();
        asked.configs().forEach(each -> names.add(each.name()));
        return new Change(names, true);
    }

    static Change altered(IncrementalAlterConfigsRequest.AlterConfigsResource asked) {
        var names = new HashSet<String>();
        asked.configs().forEach(each -> names.add(each.name()));
        return new Change(names, false);
    }

    /// True when the change may have a mirror make or delete ACLs that it would not without it.
    static boolean concernAcls(ClusterImage image, byte type, String name, Change change) {
        return switch (ConfigResource.Type.of(type)) {
            case TOPIC -> concernTopic(image, image.configs(ConfigResource.topic(name)), change);
            case BROKER -> concernAcls(image.configs(new ConfigResource(ConfigResource.Type.BROKER, name)), change);
            case GROUP, BROKER_LOGGER, CLIENT_METRICS -> false;
            case null -> false;
        };
    }

    /// A topic that a user calls a mirror's would get ACLs from it.
    private static boolean concernTopic(ClusterImage image, Map<String, String> present, Change change) {
        if (change.names.contains(MirroredAcls.CONFIG) || (change.replaces && present.containsKey(MirroredAcls.CONFIG)))
            return true;
        boolean joins = change.names.contains(MIRROR)
                || change.names.contains(SOURCE_ID)
                || change.names.contains(SOURCE_CLUSTER);
        return joins && copiesAcls(image.configs(ConfigResource.BROKER_DEFAULT));
    }

    private static boolean copiesAcls(Map<String, String> settings) {
        return settings.entrySet().stream().anyMatch(each -> OpenNames.copiesAcls(each.getKey(), each.getValue()));
    }

    private static boolean concernAcls(Map<String, String> present, Change change) {
        for (String each : change.names) {
            int dot = each.lastIndexOf('.');
            if (!each.startsWith(OpenNames.MIRROR) || dot <= OpenNames.MIRROR.length()) continue;
            String acls = each.substring(0, dot) + OpenNames.MIRRORS_ACLS;
            boolean copies = OpenNames.copiesAcls(acls, present.get(acls));
            if (each.equals(acls) || (copies && !HARMLESS.contains(each.substring(dot + 1)))) return true;
        }
        return change.replaces && copiesAcls(present);
    }
}
