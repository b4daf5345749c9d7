package barnabas.coordination.groups.consumer;

import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.Uuid;
import java.util.Collection;
import java.util.TreeSet;

/// A number that is another one, but for bad luck of 1 in 2^64, when anything about the topics of a group
/// changes that assignors care about: which exist, their ids, partition counts and racks (KIP-1101). 0 when
/// none exists.
final class MetadataHash {
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private long hash = SEED;

    private MetadataHash() {}

    static long of(Collection<String> topicNames, TopicsView topics) {
        var hash = new MetadataHash();
        boolean any = false;
        for (String name : new TreeSet<>(topicNames)) {
            TopicsView.Topic topic = topics.byName(name);
            if (topic == null) continue;
            any = true;
            hash.add(name).add(topic.id()).add(topic.partitionCount());
            for (int partition = 0; partition < topic.partitionCount(); partition++) {
                var racks = new TreeSet<>(topic.racks(partition));
                hash.add(racks.size());
                for (String rack : racks) hash.add(rack);
            }
        }
        return any ? hash.hash : 0;
    }

    private MetadataHash add(String text) {
        add(text.length());
        for (int i = 0; i < text.length(); i++) add(text.charAt(i));
        return this;
    }

    private MetadataHash add(Uuid id) {
        return add(id.mostSignificantBits()).add(id.leastSignificantBits());
    }

    /// The finalizer of MurmurHash3, over what came before and what comes now.
    private MetadataHash add(long value) {
        long mixed = hash * 31 + value;
        mixed ^= mixed >>> 33;
        mixed *= 0xFF51AFD7ED558CCDL;
        mixed ^= mixed >>> 33;
        mixed *= 0xC4CEB9FE1A85EC53L;
        mixed ^= mixed >>> 33;
        hash = mixed;
        return this;
    }
}
