package barnabas.broker.identity.tokens;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Text of a key set, from a file or over HTTP. Bounded in size and time; no redirect is followed, as it could lead to
/// where nothing was allowed.
final class KeySetSource {
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int READ_MILLIS_MAX = 5_000;
    private static final int ALL_MILLIS_MAX = 10_000;
    private static final int PIECE_BYTES = 8_192;

    private final TokenSettings settings;
    private final Disk disk;
    private final Clock clock;

    KeySetSource(TokenSettings settings, Disk disk, Clock clock) {
        this.settings = settings;
        this.disk = disk;
        this.clock = clock;
    }

    /// @throws IOException with the address and the reason
    String read() throws IOException {
        try {
            return settings.isFile() ? file() : fetched();
        } catch (IOException e) {
            throw new IOException(settings.keys() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private String file() throws IOException {
        ByteBuffer bytes = disk.readWhole(Path.of(settings.keys().getPath()), TokenVerifier.KEY_SET_BYTES_MAX)
                .orElseThrow(KeySetSource::tooLarge);
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private String fetched() throws IOException {
        var connection = (HttpURLConnection) settings.keys().toURL().openConnection();
        try {
            connection.setConnectTimeout(CONNECT_MILLIS_MAX);
            connection.setReadTimeout(READ_MILLIS_MAX);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Accept", "application/json");
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) throw new IOException("HTTP status " + status);
            try (InputStream body = connection.getInputStream()) {
                return text(body);
            }
        } finally {
            connection.disconnect();
        }
    }

    private String text(InputStream body) throws IOException {
        Deadline end = Deadline.inMillis(ALL_MILLIS_MAX, clock);
        var bytes = ByteBuffer.allocate(TokenVerifier.KEY_SET_BYTES_MAX);
        byte[] piece = new byte[PIECE_BYTES];
        for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
            if (read > bytes.remaining()) throw tooLarge();
            if (end.passed()) throw new IOException("it takes longer than " + ALL_MILLIS_MAX + " ms");
            bytes.put(piece, 0, read);
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static IOException tooLarge() {
        return new IOException("it is larger than " + TokenVerifier.KEY_SET_BYTES_MAX + " bytes");
    }
}
