package barnabas.coordination.groups.common;

import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Reads what consumers of the classic protocol put into their join requests.
///
/// ```
/// metadata = int16 version, subscription in that version (a newer one starts with the fields of the newest known)
/// ```
public final class Subscriptions {
    private Subscriptions() {}

    /// Empty when the bytes are no subscription: a member may send anything.
    public static Optional<ConsumerProtocolSubscription> read(ByteBuffer metadata) {
        return read(metadata, ConsumerProtocolSubscription.HIGHEST_VERSION);
    }

    private static Optional<ConsumerProtocolSubscription> read(ByteBuffer metadata, short versionMax) {
        try {
            var reader = new MessageReader(metadata.duplicate());
            short version = reader.int16();
            if (version < ConsumerProtocolSubscription.LOWEST_VERSION) return Optional.empty();
            if (version > versionMax) version = versionMax;
            return Optional.of(ConsumerProtocolSubscription.read(reader, version));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    /// All topics together; empty when any of the subscriptions cannot be read. Topics are in the fields of the lowest
    /// version, so that only those are read: some clients name a version and leave out its later fields.
    public static Optional<Set<String>> topics(Collection<ByteBuffer> metadata) {
        var topics = new HashSet<String>();
        for (ByteBuffer each : metadata) {
            var subscription = read(each, ConsumerProtocolSubscription.LOWEST_VERSION);
            if (subscription.isEmpty()) return Optional.empty();
            topics.addAll(subscription.get().topics());
        }
        return Optional.of(topics);
    }
}
