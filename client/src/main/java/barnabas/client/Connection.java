package barnabas.client;

import barnabas.base.Check;
import barnabas.base.security.SaslLogins;
import barnabas.client.ConnectionException.Kind;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.UnsupportedFieldException;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.RequestHeader;
import barnabas.protocol.message.ResponseHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection to one broker: a request goes out, its answer comes back, the caller waits. Requests may be
/// pipelined by [#send] and [#receive]; answers come in the order of the requests.
///
/// Any number of threads may share a connection. A thread that waits for an answer reads the socket for all answers
/// due before it, so there is no reader thread. An answer that does not come in time breaks the connection, because
/// everything behind it is late too.
///
/// ```
/// frame      size int32 | header | body            size counts what follows it
/// header     request: api key int16, version int16, correlation id int32, client id string [, tags]
///            response: correlation id int32 [, tags]
/// ```
public final class Connection implements AutoCloseable {
    /// More requests than this without an answer are a bug of the caller.
    public static final int IN_FLIGHT_MAX = 1_000;

    /// The kernel takes at least this much from us at once; only larger writes are watched for a peer that
    /// does not read.
    private static final int UNWATCHED_WRITE_BYTES_MAX = 32 << 10;

    private static final String SOFTWARE_NAME = "barnabas";
    private static final String SOFTWARE_VERSION = "0.1.0";

    private final Address address;
    private final ConnectionOptions options;
    private final Socket socket;
    private final FrameReader input;
    private final OutputStream output;

    /// The turn to write. Held across the write on purpose: frames must not mix.
    private final ReentrantLock sending = new ReentrantLock(true);
    /// The turn to read. Held across the read on purpose: one thread reads for all.
    private final ReentrantLock receiving = new ReentrantLock();
    /// Requests whose answers are due, oldest first; guarded by itself.
    private final ArrayDeque<Pending<?>> due = new ArrayDeque<>();

    private int nextCorrelationId;
    /// The login counts no longer after this moment on the clock's scale; written before the connection is handed out.
    private long sessionEndsNanos;
    private boolean sessionEnds;
    private volatile boolean retired;
    private volatile @Nullable ConnectionException broken;
    private ApiVersions apiVersions =
            new ApiVersions(ApiVersionsResponse.builder().build());

    /// A request that was sent and whose answer was not taken yet.
    public static final class Pending<R extends ResponseMessage> {
        private final ApiKey api;
        private final short version;
        private final int correlationId;
        private final Class<R> type;
        private volatile @Nullable R response;

        private Pending(ApiKey api, short version, int correlationId, Class<R> type) {
            this.api = api;
            this.version = version;
            this.correlationId = correlationId;
            this.type = type;
        }

        /// The version that the request was written in.
        public short version() {
            return version;
        }

        private void decode(MessageReader reader, short inVersion) {
            response = type.cast(Messages.readResponse(api, reader, inVersion));
        }
    }

    private Connection(Address address, ConnectionOptions options, Socket socket) throws IOException {
        this.address = address;
        this.options = options;
        this.socket = socket;
        this.input = new FrameReader(socket, options.frameBytesMax(), options.clock());
        this.output = socket.getOutputStream();
    }

    /// Connects and agrees on versions.
    public static Connection open(Address address, ConnectionOptions options) throws ClientException {
        Socket plain = connect(address, options);
        Socket socket = EncryptedSocket.over(plain, address, options);
        try {
            var connection = new Connection(address, options, socket);
            try {
                connection.agreeOnVersions();
                connection.logIn();
            } catch (ClientException e) {
                connection.close();
                throw e;
            }
            return connection;
        } catch (ClientException e) {
            throw e;
        } catch (IOException e) {
            closeQuietly(socket);
            throw new ConnectionException(Kind.UNREACHABLE, address, "cannot connect: " + e.getMessage(), e);
        }
    }

    private void logIn() throws ClientException {
        SaslLogins user = options.security().user();
        if (user == null) return;
        long millis =
                Login.run(this, user.login(address.host(), options.security().random()), options.connectTimeout());
        sessionEnds = millis > 0;
        // Early enough that what is sent now is handled before the broker's end.
        if (sessionEnds) sessionEndsNanos = options.clock().nanos() + millis * 800_000;
    }

    private static Socket connect(Address address, ConnectionOptions options) throws ClientException {
        InetAddress[] candidates;
        try {
            candidates = InetAddress.getAllByName(address.host());
        } catch (UnknownHostException e) {
            throw new ConnectionException(Kind.UNREACHABLE, address, "the host name is unknown", e);
        }
        IOException last = null;
        for (InetAddress candidate : candidates) {
            Socket socket = null;
            try {
                socket = options.sockets().createSocket();
                socket.setTcpNoDelay(true);
                if (options.sendBufferBytes() > 0) socket.setSendBufferSize(options.sendBufferBytes());
                if (options.receiveBufferBytes() > 0) socket.setReceiveBufferSize(options.receiveBufferBytes());
                socket.connect(new InetSocketAddress(candidate, address.port()), Math.max(1, (int)
                        options.connectTimeout().toMillis()));
                return socket;
            } catch (IOException e) {
                if (socket != null) closeQuietly(socket);
                if (Thread.currentThread().isInterrupted()) {
                    throw new StoppedException("stopped while connecting to " + address);
                }
                last = e;
            }
        }
        if (last instanceof SocketTimeoutException) {
            throw new ConnectionException(
                    Kind.TIMED_OUT, address, "no connection within " + options.connectTimeout(), last);
        }
        String reason = last == null ? "it has no address" : last.getMessage();
        throw new ConnectionException(Kind.UNREACHABLE, address, "cannot connect: " + reason, last);
    }

    /// Asks in our highest version; a broker that does not know it answers in version 0 with what it does know
    /// (KIP-511).
    private void agreeOnVersions() throws ClientException {
        var request = ApiVersionsRequest.builder()
                .clientSoftwareName(SOFTWARE_NAME)
                .clientSoftwareVersion(SOFTWARE_VERSION)
                .build();
        short version = ApiKey.API_VERSIONS.highestStableVersion();
        ApiVersionsResponse response = exchangeVersions(request, version);
        if (ErrorCode.of(response.errorCode()) == ErrorCode.UNSUPPORTED_VERSION) {
            version = (short)
                    new ApiVersions(response).version(ApiKey.API_VERSIONS).orElse(0);
            response =
                    exchangeVersions(version < 3 ? ApiVersionsRequest.builder().build() : request, version);
        }
        if (response.errorCode() != 0) {
            throw new ConnectionException(
                    Kind.UNSUPPORTED, address, "ApiVersions was answered with " + ErrorCode.of(response.errorCode()));
        }
        apiVersions = new ApiVersions(response);
    }

    private ApiVersionsResponse exchangeVersions(ApiVersionsRequest request, short version) throws ClientException {
        var pending = enqueueAndWrite(request, version, ApiVersionsResponse.class, true);
        return receive(pending, options.connectTimeout());
    }

    public Address address() {
        return address;
    }

    /// Versions that both sides support.
    public ApiVersions apiVersions() {
        return apiVersions;
    }

    /// The version that requests of this API are written in.
    ///
    /// @throws ConnectionException of kind [Kind#UNSUPPORTED] when there is none in common
    public short version(ApiKey api) throws ConnectionException {
        var version = apiVersions.version(api);
        if (version.isEmpty()) {
            throw new ConnectionException(
                    Kind.UNSUPPORTED,
                    address,
                    "the broker has no version of " + api.apiName() + " in common with this client");
        }
        return (short) version.getAsInt();
    }

    /// False as well for a connection whose login is about to count no longer: new requests need another one.
    public boolean isOpen() {
        return broken == null && !(sessionEnds && options.clock().nanos() - sessionEndsNanos >= 0);
    }

    /// Closes this connection once the answers that are due have come.
    void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (!retired) return;
        synchronized (due) {
            if (!due.isEmpty()) return;
        }
        close();
    }

    /// Sends a request and waits for its answer as long as [ConnectionOptions#requestTimeout] says.
    public <R extends ResponseMessage> R call(RequestMessage request, Class<R> type) throws ClientException {
        return call(request, type, options.requestTimeout());
    }

    public <R extends ResponseMessage> R call(RequestMessage request, Class<R> type, Duration timeout)
            throws ClientException {
        return receive(send(request, type), timeout);
    }

    /// Sends a request without waiting for its answer, which must be taken by [#receive].
    public <R extends ResponseMessage> Pending<R> send(RequestMessage request, Class<R> type) throws ClientException {
        return enqueueAndWrite(request, version(request.apiKey()), type, true);
    }

    /// As [#send], in a version that is not the highest common one: for callers who need what a later version
    /// dropped.
    public <R extends ResponseMessage> Pending<R> send(RequestMessage request, Class<R> type, short version)
            throws ClientException {
        Check.that(version <= version(request.apiKey()), "version above the common one");
        return enqueueAndWrite(request, version, type, true);
    }

    /// Sends a request that brokers do not answer: Produce with acks=0.
    public void sendOneWay(RequestMessage request) throws ClientException {
        enqueueAndWrite(request, version(request.apiKey()), ResponseMessage.class, false);
    }

    private <R extends ResponseMessage> Pending<R> enqueueAndWrite(
            RequestMessage request, short version, Class<R> type, boolean answered) throws ClientException {
        ApiKey api = request.apiKey();
        sending.lock();
        try {
            throwIfBroken();
            var pending = new Pending<>(api, version, nextCorrelationId++ & Integer.MAX_VALUE, type);
            byte[] frame = encode(request, api, version, pending.correlationId);
            if (answered) {
                synchronized (due) {
                    Check.that(due.size() < IN_FLIGHT_MAX, "too many requests in flight");
                    due.add(pending);
                }
            }
            write(frame);
            return pending;
        } finally {
            sending.unlock();
        }
    }

    private byte[] encode(RequestMessage request, ApiKey api, short version, int correlationId)
            throws ConnectionException {
        var header = new RequestHeader(api.id(), version, correlationId, options.clientId());
        short headerVersion = api.requestHeaderVersion(version);
        try {
            int size = header.sizeBytes(headerVersion) + request.sizeBytes(version);
            ByteBuffer frame = ByteBuffer.allocate(4 + size).putInt(size);
            var writer = new BufferWriter(frame);
            header.write(writer, headerVersion);
            request.write(writer, version);
            Check.that(
                    writer.insertions().isEmpty() && !frame.hasRemaining(), "a request is in memory and of its size");
            return frame.array();
        } catch (UnsupportedFieldException e) {
            throw new ConnectionException(
                    Kind.UNSUPPORTED, address, "the broker is too old for this request: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ConnectionException(
                    Kind.UNSUPPORTED, address, "the request cannot be written: " + e.getMessage(), e);
        }
    }

    private void write(byte[] frame) throws ClientException {
        var written = new CountDownLatch(1);
        if (frame.length > UNWATCHED_WRITE_BYTES_MAX) Thread.ofVirtual().start(() -> breakUnless(written));
        try {
            output.write(frame);
        } catch (IOException e) {
            throw broken(Kind.CLOSED, "the connection broke while a request was sent: " + e.getMessage(), e);
        } finally {
            written.countDown();
        }
    }

    /// A socket write has no time-out of its own; closing the socket ends it.
    private void breakUnless(CountDownLatch written) {
        try {
            if (written.await(options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS)) return;
            fail(new ConnectionException(
                    Kind.TIMED_OUT, address, "the broker took no bytes for " + options.requestTimeout()));
        } catch (InterruptedException e) {
            // No caller interrupts this thread: an interrupt would leave the write without its timeout.
        }
    }

    /// Waits for the answer to `pending`. An answer can be taken by one caller only.
    public <R extends ResponseMessage> R receive(Pending<R> pending, Duration timeout) throws ClientException {
        long deadlineNanos = options.clock().nanos() + timeout.toNanos();
        try {
            if (!receiving.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw broken(Kind.TIMED_OUT, late(pending, timeout), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while waiting for " + address);
        }
        try {
            while (true) {
                R response = pending.response;
                if (response != null) {
                    closeIfDone();
                    return response;
                }
                throwIfBroken();
                readOne(pending, timeout, deadlineNanos);
            }
        } finally {
            receiving.unlock();
        }
    }

    private void readOne(Pending<?> awaited, Duration timeout, long deadlineNanos) throws ClientException {
        ByteBuffer frame;
        try {
            frame = input.next(deadlineNanos);
        } catch (SocketTimeoutException e) {
            throw broken(Kind.TIMED_OUT, late(awaited, timeout), e);
        } catch (MalformedMessageException e) {
            throw broken(Kind.MALFORMED, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw broken(Kind.CLOSED, "the connection broke: " + e.getMessage(), e);
        }
        Pending<?> next;
        synchronized (due) {
            next = due.poll();
        }
        if (next == null) throw broken(Kind.MALFORMED, "received an answer without a request", null);
        try {
            var reader = new MessageReader(frame);
            var header = ResponseHeader.read(reader, next.api.responseHeaderVersion(next.version));
            if (header.correlationId() != next.correlationId) {
                throw new MalformedMessageException(
                        "answer " + header.correlationId() + " came where " + next.correlationId + " is due");
            }
            decodeBody(next, frame, reader);
        } catch (MalformedMessageException e) {
            throw broken(
                    Kind.MALFORMED,
                    "the answer to " + next.api.apiName() + " v" + next.version + ": " + e.getMessage(),
                    e);
        }
    }

    /// An ApiVersions request in a version that the broker does not know is answered in version 0 (KIP-511).
    private static void decodeBody(Pending<?> pending, ByteBuffer frame, MessageReader reader) {
        boolean inVersion0 = pending.api == ApiKey.API_VERSIONS
                && frame.remaining() >= 2
                && frame.getShort(frame.position()) == ErrorCode.UNSUPPORTED_VERSION.code();
        if (inVersion0) {
            pending.decode(reader, (short) 0);
        } else {
            pending.decode(reader, pending.version);
        }
        if (frame.hasRemaining()) {
            throw new MalformedMessageException(frame.remaining() + " bytes are left behind its end");
        }
    }

    private String late(Pending<?> pending, Duration timeout) {
        return "no answer to " + pending.api.apiName() + " within " + timeout.toMillis() + " ms";
    }

    private void throwIfBroken() throws ConnectionException {
        ConnectionException reason = broken;
        if (reason == null) return;
        String message = String.valueOf(reason.getMessage());
        throw new ConnectionException(reason.kind(), address, message.substring(message.indexOf(": ") + 2), reason);
    }

    /// Breaks the connection for all its users; the caller throws the result.
    private ClientException broken(Kind kind, String message, @Nullable Throwable cause) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        ConnectionException before = broken;
        var reason = new ConnectionException(kind, address, message, cause);
        fail(reason);
        if (interrupted) return new StoppedException("stopped while waiting for " + address);
        // A socket that another thread closed fails here too: that thread knows why.
        return before != null ? before : reason;
    }

    private void fail(ConnectionException reason) {
        if (broken == null) broken = reason;
        closeQuietly(socket);
    }

    /// Requests without an answer fail with a [ConnectionException] of kind [Kind#CLOSED].
    @Override
    public void close() {
        fail(new ConnectionException(Kind.CLOSED, address, "this side closed the connection"));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public String toString() {
        return "Connection[" + address + (isOpen() ? "" : ", closed") + "]";
    }
}
