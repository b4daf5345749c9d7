package barnabas.log;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/// Ids of topics and directories as Kafka writes them in files: 16 bytes in URL-safe base64 without padding, 22
/// letters.
final class TopicIds {
    private TopicIds() {}

    static String text(UUID id) {
        var bytes = new byte[16];
        ByteBuffer.wrap(bytes).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Optional<UUID> parse(String text) {
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length != 16) return Optional.empty();
            var buffer = ByteBuffer.wrap(bytes);
            return Optional.of(new UUID(buffer.getLong(), buffer.getLong()));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }
}
