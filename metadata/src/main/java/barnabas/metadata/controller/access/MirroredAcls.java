package barnabas.metadata.controller.access;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.RemoveAccessControlEntryRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// ACLs that a mirror has made for a topic, as the topic's configuration lists them. They go with the topic: else
/// nothing would take them away when the source's are gone, as the list goes with it.
public final class MirroredAcls {
    /// Digests ([barnabas.metadata.access.Acl#digest]), separated by commas.
    public static final String CONFIG = "barnabas.mirror.acls";

    private MirroredAcls() {}

    /// Adds the records that remove them.
    public static void remove(ClusterImage image, String topic, List<Message> records) {
        String listed = image.configs(ConfigResource.topic(topic)).get(CONFIG);
        if (listed == null || listed.isBlank()) return;
        Set<String> made = Set.copyOf(Arrays.asList(listed.split(",", -1)));
        image.access().acls().forEach((id, acl) -> {
            if (acl.isLiteralOf(topic) && made.contains(acl.digest()))
                records.add(new RemoveAccessControlEntryRecord(id));
        });
    }
}
