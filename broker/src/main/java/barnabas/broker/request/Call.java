package barnabas.broker.request;

import barnabas.broker.security.Authorizer;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Principal;
import barnabas.broker.security.Resource;
import barnabas.metadata.mutations.Requester;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.SizeCounter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One request on its way to its answer.
public final class Call {
    /// Correlation id and an empty set of tagged fields.
    private static final int HEADER_BYTES_MAX = 5;
    private static final long ANSWER_WAIT_MILLIS_MAX = 10_000;

    private final ApiKey key;
    private final short version;
    private final int correlationId;
    private final String clientId;
    private final ReplySlot slot;
    private final RequestServices services;
    private final long arrivedNanos;
    /// 0 while the thread that began with the request is at work. A thread that sees it late counts no wait.
    private long leftThreadNanos;

    /// Set before the API has the call, and by its thread.
    private @Nullable UnaryOperator<ResponseMessage> amendment;

    private boolean isPartRefused;
    private @Nullable Predicate<String> readable;
    private int requestBytes;
    /// Null until the request was decoded.
    private @Nullable ApiMetrics counters;

    private boolean isExempt;
    private int heldBackMillis;

    /// @param arrivedNanos of the request, on the scale of [barnabas.base.Clock#nanos]
    Call(
            ApiKey key,
            short version,
            int correlationId,
            String clientId,
            ReplySlot slot,
            RequestServices services,
            long arrivedNanos) {
        this.key = key;
        this.version = version;
        this.correlationId = correlationId;
        this.clientId = clientId;
        this.slot = slot;
        this.services = services;
        this.arrivedNanos = arrivedNanos;
    }

    public ApiKey key() {
        return key;
    }

    public short version() {
        return version;
    }

    /// Client id; empty when the request has none.
    public String clientId() {
        return clientId;
    }

    public Connection connection() {
        return slot.connection();
    }

    /// Whether the answer may wait for other clients.
    public boolean mayWait() {
        return slot.mayWait();
    }

    public ReplySlot slot() {
        return slot;
    }

    public ClientState client() {
        return client(slot.connection());
    }

    static ClientState client(Connection connection) {
        return connection.attachment() instanceof ClientState state ? state : ClientState.UNKNOWN;
    }

    /// Bytes of the request's frame.
    public int requestBytes() {
        return requestBytes;
    }

    void arrivedWith(int frameBytes, ApiMetrics metrics) {
        requestBytes = frameBytes;
        counters = metrics;
    }

    private ApiMetrics metrics() {
        ApiMetrics present = counters;
        return present == null ? services.metrics().of(key) : present;
    }

    /// Has no quotas count for this call: it comes from another node. Before the answer.
    public void exempt() {
        isExempt = true;
    }

    public boolean isExempt() {
        return isExempt;
    }

    /// Bytes that the answer to a Fetch may have by the client's quota.
    public int fetchBytesMax() {
        return services.throttle().fetchBytesMax(this);
    }

    /// Milliseconds for which the client has to wait by its quotas before it gets more records.
    public int fetchWaitMillis() {
        return services.throttle().fetchWaitMillis(this);
    }

    /// Whether the client waits for another reason than this call's cost.
    public boolean isHeldBack() {
        return heldBackMillis > 0;
    }

    /// Client of this call, as the controller has to know it.
    public Requester requester() {
        return new Requester(
                client().principal().name(),
                slot.connection().remoteAddress().getAddress(),
                clientId,
                version,
                client().byToken());
    }

    /// Has the client wait after the answer, which says so; whatever else holds it back. Before the answer.
    ///
    /// @param millis 0 for no wait
    public void holdBack(int millis) {
        heldBackMillis = millis;
    }

    /// Charges the client for this call, and reads no more from it while it has to wait.
    ///
    /// @return milliseconds that it has to wait
    private int charge(long replyBytes) {
        Throttle throttle = services.throttle();
        int millis = heldBackMillis;
        if (throttle.isActive()) {
            long left = leftThreadNanos;
            long ended = left == 0 ? services.clock().nanos() : left;
            millis = Math.max(millis, throttle.charge(this, replyBytes, ended - arrivedNanos));
        }
        if (millis > 0) slot.connection().mute(millis * 1_000_000L);
        return millis;
    }

    /// Whether the client may do this.
    public boolean may(Operation operation, Resource resource) {
        return services.authorizer()
                .allows(client().principal(), slot.connection().remoteAddress().getAddress(), operation, resource);
    }

    /// Names of topics on which the client may do this, for other threads and also after the answer.
    public Predicate<String> topicsFor(Operation operation) {
        Authorizer authorizer = services.authorizer();
        Principal principal = client().principal();
        InetAddress address = slot.connection().remoteAddress().getAddress();
        return topic -> authorizer.allows(principal, address, operation, new Resource(Resource.Type.TOPIC, topic));
    }

    /// Completes the answer of the API with what was kept from it.
    ///
    /// @param isPartRefused whether the answer then has errors
    public void amend(UnaryOperator<ResponseMessage> change, boolean isPartRefused) {
        this.amendment = change;
        this.isPartRefused = isPartRefused;
    }

    /// Has records of topics for which `topics` does not hold kept from the client.
    public void restrictTo(Predicate<String> topics) {
        this.readable = topics;
    }

    public boolean hasRestrictedTopics() {
        return readable != null;
    }

    /// Whether this call may read records of the topic.
    public boolean mayRead(String topic) {
        return readable == null || readable.test(topic);
    }

    /// Whether the client may do this on some resource of the type.
    public boolean mayOnAny(Operation operation, Resource.Type type) {
        return services.authorizer()
                .allowsAny(
                        client().principal(), slot.connection().remoteAddress().getAddress(), operation, type);
    }

    /// The client's address as groups show it: `/127.0.0.1`.
    public String clientHost() {
        return "/" + slot.connection().remoteAddress().getAddress().getHostAddress();
    }

    public void answer(ResponseMessage response) {
        answer(response, version);
    }

    /// Answers in another version than the one of the request (ApiVersions only). An answer that is larger than the
    /// budget, or for which clients leave no room, closes the connection before anything is allocated for it.
    public void answer(ResponseMessage answer, short responseVersion) {
        ResponseMessage response = answer;
        if (!slot.connection().isOpen()) {
            refuse(response, responseVersion, CloseReason.CLIENT_CLOSED, 0);
            return;
        }
        Reply reply;
        try {
            if (amendment != null) response = amendment.apply(answer);
            var counter = new SizeCounter();
            response.write(counter, responseVersion);
            int bytes = HEADER_BYTES_MAX + counter.sizeBytes() - counter.externalRecordBytes();
            if (bytes > services.budget().replyBytesMax()) {
                refuse(response, responseVersion, CloseReason.REPLY_TOO_LARGE, bytes);
                return;
            }
            if (!slot.mayReply(bytes)) {
                refuse(response, responseVersion, CloseReason.TOO_MANY_UNREAD_REPLIES, bytes);
                return;
            }
            int millis = charge(HEADER_BYTES_MAX + counter.sizeBytes());
            if (millis > 0) response = services.throttle().told(response, millis);
            ApiMetrics metrics = metrics();
            if (millis > 0) metrics.throttled(millis * 1_000_000L);
            metrics.replied(response, HEADER_BYTES_MAX + counter.sizeBytes());
            reply = encode(response, responseVersion, counter);
            answered(metrics);
        } catch (RuntimeException | Error e) {
            RecordRelease.of(response, responseVersion);
            slot.fail(e);
            return;
        }
        slot.send(reply);
    }

    private void answered(ApiMetrics metrics) {
        long now = services.clock().nanos();
        long total = now - arrivedNanos;
        metrics.answered(total);
        long left = leftThreadNanos;
        long waited = left == 0 ? 0 : now - left;
        if (left != 0) metrics.waited(waited);
        if (RequestLog.wants(clientId, total)) RequestLog.write(this, total, waited);
    }

    /// The thread that began with the request is done with it; an answer that comes later was waited for.
    void leftThread(long begunNanos, long nowNanos) {
        leftThreadNanos = nowNanos;
        metrics().handled(nowNanos - begunNanos);
    }

    private void refuse(ResponseMessage response, short responseVersion, CloseReason reason, int bytes) {
        RecordRelease.of(response, responseVersion);
        slot.closeConnection(reason, key + " answer of " + bytes + " bytes");
    }

    private Reply encode(ResponseMessage response, short responseVersion, SizeCounter counter) {
        boolean tagged = key.responseHeaderVersion(responseVersion) > 0;
        int headerBytes = tagged ? HEADER_BYTES_MAX : HEADER_BYTES_MAX - 1;
        ReplyBuffer buffer = slot.allocate(headerBytes + counter.sizeBytes() - counter.externalRecordBytes());
        try {
            var writer = new BufferWriter(buffer.bytes());
            writer.int32(correlationId);
            if (tagged) writer.unsignedVarint(0);
            response.write(writer, responseVersion);
            return new Reply(buffer, splices(writer.insertions()));
        } catch (RuntimeException | Error e) {
            buffer.discard();
            throw e;
        }
    }

    private static List<Reply.Splice> splices(List<BufferWriter.Insertion> insertions) {
        if (insertions.isEmpty()) return List.of();
        var splices = new ArrayList<Reply.Splice>(insertions.size());
        for (BufferWriter.Insertion insertion : insertions) {
            if (!(insertion.data() instanceof FileRecords records)) {
                throw new IllegalStateException(
                        "bug: no way to send " + insertion.data().getClass());
            }
            splices.add(new Reply.Splice(insertion.position(), records.toSlice()));
        }
        return splices;
    }

    /// Completes the call without a response (produce with acks=0).
    public void answerNothing() {
        if (isPartRefused) {
            close(CloseReason.BROKER_DECISION, key + " without an answer is not allowed as a whole");
            return;
        }
        answered(metrics());
        int _ = charge(0);
        slot.sendNothing();
    }

    public void close(CloseReason reason, String detail) {
        slot.closeConnection(reason, detail);
    }

    /// Code that may wait.
    @FunctionalInterface
    public interface Waiting {
        ResponseMessage response() throws InterruptedException;
    }

    /// Goes on in a virtual thread and answers with what `waiting` returns, once there is memory for an answer that may
    /// be large. An interrupt means that the broker stops.
    public void later(Waiting waiting) {
        // a large request has its part, and must not wait for another one
        if (!(slot instanceof CountedSlot) && LargeAnswers.mayBeLarge(key))
            services.virtualThreads().execute(() -> attempt(() -> answerInTurn(waiting)));
        else laterAtOnce(waiting);
    }

    /// Goes on in a virtual thread, which may wait for the controller before it knows what it answers.
    public void laterAtOnce(Waiting waiting) {
        services.virtualThreads().execute(() -> attempt(() -> answer(waiting.response())));
    }

    private void answerInTurn(Waiting waiting) throws InterruptedException {
        long bytes = LargeAnswers.heapBytes(services.metrics().of(key));
        DecodedMemory.Part part = null;
        if (bytes > 0) {
            part = services.decoded().takeForAnswer(bytes, ANSWER_WAIT_MILLIS_MAX);
            if (part == null) {
                close(CloseReason.TOO_MANY_WAITING_REQUESTS, key + " answer of some " + bytes + " bytes");
                return;
            }
        }
        try {
            answer(waiting.response());
        } finally {
            if (part != null) part.giveBack();
        }
    }

    /// Goes on in a virtual thread, which is interrupted when the client leaves: `waiting` may wait for days, for an
    /// answer without a reader. It must not be in the middle of I/O on that thread.
    public void laterWhileConnected(Waiting waiting) {
        services.virtualThreads()
                .execute(() -> attempt(() -> {
                    slot.onConnectionClosed(Thread.currentThread()::interrupt);
                    answer(waiting.response());
                }));
    }

    /// Runs a part of this call on a virtual thread, which has to answer it or go back to the event loop.
    public void elsewhere(Continuation part) {
        services.virtualThreads().execute(() -> attempt(part));
    }

    /// A part of a call that runs behind its first one, on the event loop or on a thread of its own.
    @FunctionalInterface
    public interface Continuation {
        void run() throws InterruptedException;
    }

    /// Runs `rest`. When it throws, anything at all, the call's connection is closed unless the call is answered: a
    /// slot without an outcome would hold its client, and later requests behind it, for ever.
    public void attempt(Continuation rest) {
        try {
            rest.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            slot.closeConnection(CloseReason.SERVER_CLOSING, "the broker stops");
        } catch (RuntimeException | Error e) {
            slot.fail(e);
        }
    }
}
