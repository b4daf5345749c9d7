package barnabas.log;

import barnabas.protocol.Uuid;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Ids of topics and directories as Kafka writes them in files: 16 bytes in URL-safe base64 without padding, 22
/// letters.
final class TopicIds {
    private TopicIds() {}

    static String text(UUID id) {
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
    }

    static Optional<UUID> parse(String text) {
        try {
            var id = Uuid.parse(text);
            return Optional.of(new UUID(id.mostSignificantBits(), id.leastSignificantBits()));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /// A new one.
    static UUID random(RandomGenerator random) {
        var id = Uuid.random(random);
        return new UUID(id.mostSignificantBits(), id.leastSignificantBits());
    }
}
