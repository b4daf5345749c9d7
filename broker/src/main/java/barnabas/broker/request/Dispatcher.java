package barnabas.broker.request;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Reads a request's header and body and hands it to its API, on the event loop, or on a virtual thread when it is
/// large.
public final class Dispatcher implements FrameHandler {
    /// API key, version and correlation id.
    private static final int HEADER_BYTES_MIN = 8;
    /// Larger requests are decoded and handled on a virtual thread, other than Produce.
    private static final int DECODED_ON_LOOP_BYTES_MAX = 64 << 10;

    /// Requests up to this many elements count as their frame alone.
    private static final int FEW_ELEMENTS = 64;
    /// Large requests take their turns on this share of the processors, so that event loops find one.
    private static final int LARGE_REQUESTS_SHARE = 2;

    /// Longest wait of a large request for others that are being decoded or answered.
    private static final long DECODING_WAIT_MILLIS_MAX = 10_000;

    private final ApiCatalog catalog;
    private final RequestServices services;
    private final FirstState firstState;
    /// Turns of large requests, each from its decoding until it waits or is answered.
    private final Semaphore turns =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / LARGE_REQUESTS_SHARE), true);

    public Dispatcher(ApiCatalog catalog, RequestServices services, FirstState firstState) {
        this.catalog = catalog;
        this.services = services;
        this.firstState = firstState;
    }

    @Override
    public void opened(Connection connection) {
        connection.attach(firstState.of(connection));
    }

    @Override
    public void handle(Connection connection, ByteBuffer frame, ReplySlot slot) {
        if (frame.remaining() < HEADER_BYTES_MIN) {
            slot.closeConnection(CloseReason.MALFORMED_REQUEST, "frame of " + frame.remaining() + " bytes");
            return;
        }
        long arrivedNanos = services.clock().nanos();
        if (!Call.client(connection).session().admits(frame, slot, arrivedNanos)) return;
        short id = frame.getShort();
        short version = frame.getShort();
        int correlationId = frame.getInt();
        ApiKey key = ApiKey.of(id);
        Api<?> api = key == null ? null : catalog.find(key);
        if (key == null || api == null) {
            slot.closeConnection(CloseReason.UNSUPPORTED_REQUEST, "API key " + id);
            return;
        }
        if (version < key.lowestVersion() || version > api.highestVersion()) {
            var call = new Call(key, version, correlationId, "", slot, services, arrivedNanos);
            refuseVersion(call, api);
            return;
        }
        // Records stay a slice of the frame; everything else takes time and memory by its elements.
        if (frame.remaining() <= DECODED_ON_LOOP_BYTES_MAX || key == ApiKey.PRODUCE) {
            Call call = decode(api, key, version, correlationId, frame, slot, arrivedNanos, arrivedNanos);
            handled(call, arrivedNanos);
            return;
        }
        if (!slot.mayWait()) {
            slot.closeConnection(CloseReason.TOO_MANY_WAITING_REQUESTS, key + " of " + frame.remaining() + " bytes");
            return;
        }
        int body = frame.position();
        ByteBuffer kept = slot.keepFrame().position(body);
        slot.holdLaterRequests();
        services.virtualThreads().execute(() -> {
            long begunNanos = services.clock().nanos();
            Call call = null;
            try {
                call = decodeLarge(api, key, version, correlationId, kept, slot, arrivedNanos, begunNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                slot.closeConnection(CloseReason.SERVER_CLOSING, "the broker stops");
            } catch (RuntimeException | Error e) {
                slot.fail(e);
            }
            handled(call, begunNanos);
        });
    }

    private void handled(@Nullable Call call, long begunNanos) {
        if (call != null) call.leftThread(begunNanos, services.clock().nanos());
    }

    /// Decodes a frame when there is memory for what it can become.
    private @Nullable Call decodeLarge(
            Api<?> api,
            ApiKey key,
            short version,
            int correlationId,
            ByteBuffer frame,
            ReplySlot slot,
            long arrivedNanos,
            long begunNanos)
            throws InterruptedException {
        int bytes = frame.remaining();
        DecodedMemory.Part part = services.decoded().take(bytes, DECODING_WAIT_MILLIS_MAX);
        if (part == null) {
            slot.closeConnection(CloseReason.TOO_MANY_WAITING_REQUESTS, key + " of " + bytes + " bytes");
            return null;
        }
        boolean decoded = false;
        Call call = null;
        try {
            turns.acquire();
            try {
                // A client that has left gets nothing computed.
                if (slot.connection().isOpen()) {
                    call = decode(
                            api,
                            key,
                            version,
                            correlationId,
                            frame,
                            new CountedSlot(slot, part),
                            arrivedNanos,
                            begunNanos);
                    decoded = true;
                }
            } finally {
                turns.release();
            }
        } finally {
            if (!decoded) part.giveBack();
        }
        if (!decoded) slot.closeConnection(CloseReason.CLIENT_CLOSED, key + " of " + bytes + " bytes");
        return call;
    }

    /// Null when the frame is malformed.
    private @Nullable Call decode(
            Api<?> api,
            ApiKey key,
            short version,
            int correlationId,
            ByteBuffer frame,
            ReplySlot slot,
            long arrivedNanos,
            long begunNanos) {
        int frameBytes = frame.limit();
        ApiMetrics metrics = null;
        try {
            var reader = new MessageReader(frame, services.budget().requestElementsMax());
            String clientId = reader.nullableString(false);
            if (key.isFlexible(version)) skipTags(reader);
            RequestMessage request = Messages.readRequest(key, reader, version);
            weigh(reader.elements(), slot);
            var call = new Call(
                    key, version, correlationId, clientId == null ? "" : clientId, slot, services, arrivedNanos);
            metrics = services.metrics().of(key, request, version);
            metrics.arrived(version, frameBytes);
            metrics.queued(begunNanos - arrivedNanos);
            call.arrivedWith(frameBytes, metrics);
            Gate gate = services.gate();
            RequestMessage admitted = gate == null ? request : gate.admit(api, request, call);
            if (admitted != null) handle(api, admitted, call);
            return call;
        } catch (MalformedMessageException e) {
            if (metrics == null) services.metrics().of(key).arrived(version, frameBytes);
            slot.closeConnection(CloseReason.MALFORMED_REQUEST, key + " v" + version + ": " + e.getMessage());
            return null;
        }
    }

    private static void weigh(int elements, ReplySlot slot) {
        if (slot instanceof CountedSlot counted) {
            counted.part().decoded(elements);
            counted.releaseFrame(); // only Produce refers to its frame, and is not handled this way
        } else if (elements > FEW_ELEMENTS) slot.weighs(elements * MemoryBudget.ELEMENT_BYTES);
    }

    @SuppressWarnings("unchecked") // the decoder returns the request type of the key, and so does the catalog
    private static <R extends RequestMessage> void handle(Api<R> api, RequestMessage request, Call call) {
        api.handle((R) request, call);
    }

    private static void skipTags(MessageReader reader) {
        for (int left = reader.taggedFields(); left > 0; left--) {
            reader.unsignedVarint();
            reader.skip(reader.tagSize());
        }
    }

    /// A client with a newer version of ApiVersions than ours gets the supported versions in the oldest form
    /// (KIP-511); any other version that was not advertised ends the connection.
    private static void refuseVersion(Call call, Api<?> api) {
        if (call.key() != ApiKey.API_VERSIONS) {
            call.close(CloseReason.UNSUPPORTED_REQUEST, call.key() + " version " + call.version());
            return;
        }
        var ours = ApiVersionsResponse.ApiVersion.builder()
                .apiKey(call.key().id())
                .minVersion(call.key().lowestVersion())
                .maxVersion(api.highestVersion())
                .build();
        call.answer(
                ApiVersionsResponse.builder()
                        .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                        .apiKeys(List.of(ours))
                        .build(),
                (short) 0);
    }
}
