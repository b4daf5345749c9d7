package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;

/// The source's topic as a mirror of its own cluster.
///
/// @param mirror fills the topic there; empty for none
/// @param state of that mirror
/// @param sourceId the topic's original, zero for none
record SourceTopic(String mirror, String state, Uuid sourceId) {
    private static final SourceTopic NONE = new SourceTopic("", "", Uuid.ZERO);
    private static final String CLAIMED = MirrorTopic.State.CLAIMING.text();

    /// Reads the settings of the topic at each broker of the source: one that is cut off from its cluster answers from
    /// what it knew before, and the one that looks after the mirrors there knows of its claims. A cluster of Apache
    /// Kafka has none of these settings.
    ///
    /// @throws ClientException when a broker does not answer
    static SourceTopic of(Cluster source, String topic) throws ClientException {
        SourceTopic all = NONE;
        if (source.metadata().brokers().isEmpty())
            throw new RequestFailedException(
                    "brokers of the source", ErrorCode.BROKER_NOT_AVAILABLE.code(), "it names none");
        for (int broker : source.metadata().brokers().keySet()) all = all.and(at(source, broker, topic));
        return all;
    }

    private static SourceTopic at(Cluster source, int broker, String topic) throws ClientException {
        String mirror = "";
        String state = "";
        Uuid sourceId = Uuid.ZERO;
        for (ConfigAdmin.Entry each :
                new ConfigAdmin(source).describeAt(broker, new Resource(ResourceType.TOPIC, topic))) {
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

    /// The answers of two brokers together: the later state of a mirror, if one of them knows of it.
    private SourceTopic and(SourceTopic other) {
        if (mirror.isEmpty()) return other.mirror.isEmpty() && other.sourceId.isZero() ? this : other;
        return other.mirror.isEmpty() || other.isClaimed() ? this : other;
    }

    /// True while that mirror has copied nothing yet.
    boolean isClaimed() {
        return state.equals(CLAIMED);
    }
}
