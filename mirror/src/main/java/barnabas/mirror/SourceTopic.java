package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.protocol.Uuid;

/// The source's topic as a mirror of its own cluster.
///
/// @param mirror fills the topic there; empty for none
/// @param state of that mirror
/// @param sourceId the topic's original, zero for none
record SourceTopic(String mirror, String state, Uuid sourceId) {
    /// Reads the settings of the topic. A cluster of Apache Kafka has none of them.
    static SourceTopic of(Cluster source, String topic) throws ClientException {
        String mirror = "";
        String state = "";
        Uuid sourceId = Uuid.ZERO;
        for (ConfigAdmin.Entry each :
                new ConfigAdmin(source).describe(new Resource(ResourceType.TOPIC, topic), false)) {
            String value = each.value();
            if (value == null) continue;
            switch (each.name()) {
                case MirrorTopic.MIRROR -> mirror = value;
                case MirrorTopic.STATE -> state = value;
                case MirrorTopic.SOURCE_ID -> sourceId = MirrorTopic.sourceId(value);
                default -> {}
            }
        }
        return new SourceTopic(mirror, state, sourceId);
    }

    /// True while that mirror has copied nothing yet.
    boolean isClaimed() {
        return state.equals(MirrorTopic.State.CLAIMING.text());
    }
}
