package barnabas.broker.identity.tokens;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.security.HttpText;
import barnabas.base.security.TlsContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Text of a key set, from a file or over HTTP.
final class KeySetSource {
    private final TokenSettings settings;
    private final @Nullable TlsContext tls;
    private final Disk disk;
    private final Clock clock;

    /// @param tls of an `https:` address; null for that of the JVM
    KeySetSource(TokenSettings settings, @Nullable TlsContext tls, Disk disk, Clock clock) {
        this.settings = settings;
        this.tls = tls;
        this.disk = disk;
        this.clock = clock;
    }

    /// @throws IOException with the address and the reason
    String read() throws IOException {
        try {
            return settings.isFile()
                    ? file()
                    : HttpText.get(settings.keys(), tls, TokenVerifier.KEY_SET_BYTES_MAX, clock);
        } catch (IOException e) {
            throw new IOException(settings.keys() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private String file() throws IOException {
        ByteBuffer bytes = disk.readWhole(Path.of(settings.keys().getPath()), TokenVerifier.KEY_SET_BYTES_MAX)
                .orElseThrow(KeySetSource::tooLarge);
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static IOException tooLarge() {
        return new IOException("it is larger than " + TokenVerifier.KEY_SET_BYTES_MAX + " bytes");
    }
}
