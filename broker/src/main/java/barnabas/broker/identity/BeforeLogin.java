package barnabas.broker.identity;

import barnabas.protocol.ApiKey;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Counts what a connection sends before its client has logged in. Owner: the connection's event loop.
final class BeforeLogin {
    /// All frames together, unless `sasl.server.max.receive.size` allows more for one.
    static final int LOGIN_BYTES_MAX = 524_288;

    /// Requests for ApiVersions in a version that is not known: a client asks again in another one.
    static final int UNKNOWN_VERSIONS_MAX = 3;

    private static final int VERSION_AT = 2;

    private long bytes;
    private boolean versionsAsked;
    private int unknownVersions;

    /// Counts a frame.
    ///
    /// @param frameBytesMax limit for one frame
    /// @return the reason why it is one too many, empty when it is not
    Optional<String> count(ByteBuffer frame, int frameBytesMax) {
        bytes += frame.remaining();
        long bytesMax = Math.max(LOGIN_BYTES_MAX, frameBytesMax);
        return bytes > bytesMax ? Optional.of("more than " + bytesMax + " bytes before the login") : Optional.empty();
    }

    /// Whether a request for ApiVersions may be answered. As in Kafka only one is; the size of the frame has been
    /// looked at.
    boolean asksForVersions(ByteBuffer frame) {
        short version = frame.getShort(frame.position() + VERSION_AT);
        if (version < ApiKey.API_VERSIONS.lowestVersion() || version > ApiKey.API_VERSIONS.highestVersion())
            return !versionsAsked && ++unknownVersions <= UNKNOWN_VERSIONS_MAX;
        boolean first = !versionsAsked;
        versionsAsked = true;
        return first;
    }
}
