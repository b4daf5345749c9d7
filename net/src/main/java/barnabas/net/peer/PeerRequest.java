package barnabas.net.peer;

import barnabas.base.Deadline;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.RequestHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request without outcome. Owner: the peer's event loop.
///
/// ```
/// frame     size int32 | api key int16 | version int16 | correlation id int32 | client id | tags | body
/// ```
final class PeerRequest {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRequest.class);
    private static final int SIZE_BYTES = 4;

    /// Size of a request that takes no room.
    static final int UNCHARGED = -1;

    final RequestMessage message;
    final short versionMax;
    final Deadline deadline;
    /// Room taken in [InFlightRoom], or [#UNCHARGED].
    final int chargedBytes;

    private final Consumer<PeerOutcome> done;

    /// Version that it was written in.
    short version = -1;

    int correlationId;

    PeerRequest(
            RequestMessage message, short versionMax, Deadline deadline, int chargedBytes, Consumer<PeerOutcome> done) {
        this.message = message;
        this.versionMax = versionMax;
        this.deadline = deadline;
        this.chargedBytes = chargedBytes;
        this.done = done;
    }

    ApiKey key() {
        return message.apiKey();
    }

    /// The whole frame in a buffer of its size, which the caller releases.
    ///
    /// @throws barnabas.protocol.UnsupportedFieldException when a field is set that the version lacks
    ByteBuf encode(String clientId, ByteBufAllocator allocator) {
        short headerVersion = key().requestHeaderVersion(version);
        var header = new RequestHeader(key().id(), version, correlationId, clientId);
        int size = header.sizeBytes(headerVersion) + message.sizeBytes(version);
        ByteBuf frame = allocator.directBuffer(SIZE_BYTES + size, SIZE_BYTES + size);
        try {
            ByteBuffer bytes = frame.nioBuffer(0, SIZE_BYTES + size).putInt(size);
            var writer = new BufferWriter(bytes);
            header.write(writer, headerVersion);
            message.write(writer, version);
            if (bytes.hasRemaining() || !writer.insertions().isEmpty())
                throw new IllegalStateException("bug: a request that is not in memory: " + key());
            return frame.writerIndex(SIZE_BYTES + size).retain();
        } finally {
            frame.release();
        }
    }

    void complete(PeerOutcome outcome) {
        try {
            done.accept(outcome);
        } catch (RuntimeException | Error failure) {
            LOG.error("The outcome of {} failed where it was handed to: {}", key(), outcome, failure);
        }
    }
}
