package barnabas.net.peer;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.UnsupportedFieldException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A peer behind a socket. Owner: its event loop, for all but [InFlightRoom] and `closing`.
///
/// ```
///            first request            connected   versions agreed, logged in
/// IDLE ───────────────────► CONNECTING ──────────────────────────────────► READY
///   ▲                           │ failed: everything that waits             │ lost, malformed, late, idle
///   └────── backoff ────────────┴───────────────────────────────────────────┘
/// ```
/// While a login is renewed the peer is CONNECTING on the connection that it has.
public final class SocketPeer implements Peer {
    private static final Logger LOG = LoggerFactory.getLogger(SocketPeer.class);
    private static final int READ_BYTES = 64 << 10;
    private static final long WARN_NANOS = 10_000_000_000L;
    /// Share of a session's life after which the login is renewed.
    private static final double RENEW_AFTER = 0.8;

    private enum State {
        IDLE,
        CONNECTING,
        READY,
        CLOSED
    }

    private final String host;
    private final int port;
    private final PeerConfig config;
    private final PeerLoop loop;
    private final Clock clock;
    private final PeerSecurity security;
    private final InFlightRoom room;
    private final ReconnectBackoff backoff;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    /// Requests that no connection was ready for, oldest first.
    private final ArrayDeque<PeerRequest> waiting = new ArrayDeque<>();

    private State state = State.IDLE;
    private @Nullable PeerChannel connection;
    private int attempt;
    private long nextAttemptNanos;
    private Deadline connectDeadline;
    private long usedNanos;
    private @Nullable Future<?> look;
    private long lookNanos;
    private long warnAfterNanos;

    public SocketPeer(String host, int port, PeerConfig config, PeerSecurity security, PeerLoop loop, Clock clock) {
        this.host = host;
        this.port = port;
        this.config = config;
        this.security = security;
        this.loop = loop;
        this.clock = clock;
        this.room = new InFlightRoom(config.inFlightMax(), config.inFlightBytesMax());
        this.backoff = new ReconnectBackoff(config.backoff(), config.backoffMax(), loop.random());
        this.nextAttemptNanos = clock.nanos();
        this.usedNanos = nextAttemptNanos;
        this.connectDeadline = new Deadline(clock, nextAttemptNanos);
        this.warnAfterNanos = nextAttemptNanos;
    }

    @Override
    public void send(RequestMessage message, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
        int bytes;
        try {
            bytes = message.sizeBytes(versionMax);
        } catch (UnsupportedFieldException e) {
            done.accept(new PeerOutcome.Refused(PeerOutcome.Reason.UNSUPPORTED, String.valueOf(e.getMessage())));
            return;
        }
        if (closing) {
            done.accept(refusedClosed());
        } else if (room.take(bytes)) {
            var request = new PeerRequest(message, versionMax, deadline, bytes, done);
            try {
                loop.events().execute(() -> accept(request));
            } catch (RejectedExecutionException e) {
                completed(request, refusedClosed());
            }
        } else {
            done.accept(new PeerOutcome.Refused(
                    PeerOutcome.Reason.TOO_MUCH_IN_FLIGHT,
                    room.requests() + " requests of " + room.bytes() + " bytes to " + this + " wait for answers"));
        }
    }

    private PeerOutcome refusedClosed() {
        return new PeerOutcome.Refused(PeerOutcome.Reason.CLOSED, "the connection to " + this + " was closed here");
    }

    private void accept(PeerRequest request) {
        usedNanos = clock.nanos();
        if (state == State.CLOSED) {
            completed(request, refusedClosed());
            return;
        }
        PeerChannel ready = connection;
        if (state == State.READY && ready != null) {
            write(ready, request);
            ready.flush();
        } else {
            waiting.add(request);
            if (state == State.IDLE) connectLater();
        }
        lookAt(request.deadline.nanos());
        lookAt(usedNanos + config.idleMax().toNanos());
    }

    private void write(PeerChannel ready, PeerRequest request) {
        String problem = ready.write(request);
        if (problem != null) completed(request, new PeerOutcome.Refused(PeerOutcome.Reason.UNSUPPORTED, problem));
    }

    /// Ends a request of [#send].
    void completed(PeerRequest request, PeerOutcome outcome) {
        boolean isOwn = request.chargedBytes == PeerRequest.UNCHARGED;
        if (!isOwn) room.release(request.chargedBytes);
        if (!isOwn && outcome instanceof PeerOutcome.Answered) {
            usedNanos = clock.nanos();
            if (state == State.READY) backoff.succeeded();
        }
        request.complete(outcome);
    }

    // ---- connecting

    private void connectLater() {
        state = State.CONNECTING;
        int number = ++attempt;
        connectDeadline = new Deadline(
                clock,
                Math.max(clock.nanos(), nextAttemptNanos) + config.connectMax().toNanos());
        lookAt(connectDeadline.nanos());
        long pause = nextAttemptNanos - clock.nanos();
        if (pause <= 0) resolve(number);
        else {
            var _ = loop.events().schedule(() -> resolve(number), pause, TimeUnit.NANOSECONDS);
        }
    }

    Deadline connectDeadline() {
        return connectDeadline;
    }

    private boolean isCurrent(int number) {
        return state == State.CONNECTING && attempt == number;
    }

    private void resolve(int number) {
        if (!isCurrent(number)) return;
        if (waiting.isEmpty()) {
            state = State.IDLE; // what asked for the connection has timed out
            return;
        }
        try {
            connect(number, InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            loop.lookups().execute(() -> lookUp(number));
        }
    }

    /// Runs on a thread that may wait.
    private void lookUp(int number) {
        try {
            InetAddress[] known = InetAddress.getAllByName(host);
            InetAddress next = known[Math.floorMod(number - 1, known.length)];
            loop.events().execute(() -> connect(number, next));
        } catch (UnknownHostException e) {
            loop.events().execute(() -> failed(number, "the host name is unknown"));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} was closed during its look-up", this);
        }
    }

    private void connect(int number, InetAddress address) {
        if (!isCurrent(number)) return;
        var bootstrap = new Bootstrap()
                .group(loop.events())
                .channel(loop.channelType())
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.ALLOCATOR, loop.allocator())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // see connectDeadline
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        PeerSecurity.Engines engines = security.engines();
                        if (engines != null) PeerTls.add(channel.pipeline(), engines.of(host, port), loop.lookups());
                        PeerSecurity.Logins logins = security.logins();
                        var made = new PeerChannel(
                                SocketPeer.this, config, channel, logins == null ? null : () -> logins.of(host), loop);
                        connection = made;
                        channel.pipeline().addLast(made);
                    }
                });
        var _ = bootstrap.connect(new InetSocketAddress(address, port)).addListener(result -> {
            if (result.isSuccess()) return;
            Throwable cause = result.cause();
            failed(number, cause == null ? "no connection" : String.valueOf(cause.getMessage()));
        });
    }

    /// An attempt failed before its channel was active.
    private void failed(int number, String reason) {
        if (!isCurrent(number)) return;
        PeerChannel made = connection;
        if (made == null) disconnected(new ArrayDeque<>(), "cannot connect: " + reason);
        else made.end("cannot connect: " + reason);
    }

    /// The login of a connection was accepted: it is ready, and logs in again before the session ends.
    void loggedIn(PeerChannel channel, long sessionMillis) {
        if (!channel.equals(connection) || state != State.CONNECTING) return;
        if (sessionMillis > 0) {
            var _ = loop.events()
                    .schedule(() -> logInAgain(channel), (long) (RENEW_AFTER * sessionMillis), TimeUnit.MILLISECONDS);
        }
        ready();
    }

    private void logInAgain(PeerChannel channel) {
        if (!channel.equals(connection) || state != State.READY) return;
        state = State.CONNECTING;
        connectDeadline = Deadline.in(config.connectMax(), clock);
        lookAt(connectDeadline.nanos());
        channel.logInAgain();
    }

    /// Logs what an operator has to mend, at most every ten seconds: until then no request gets through.
    void warn(String reason) {
        long now = clock.nanos();
        if (now - warnAfterNanos < 0) return;
        warnAfterNanos = now + WARN_NANOS;
        LOG.warn("Connection to {} as {}: {}", this, config.clientId(), reason);
    }

    /// Versions are agreed on.
    void ready() {
        PeerChannel ready = connection;
        if (ready == null) throw new IllegalStateException("bug: ready without a connection");
        state = State.READY;
        for (PeerRequest request; (request = waiting.poll()) != null; ) write(ready, request);
        ready.flush();
    }

    // ---- the end of a connection

    void ended(PeerChannel channel, String reason) {
        if (channel.equals(connection)) disconnected(channel.inFlight(), reason);
    }

    /// @param unanswered requests that were written
    private void disconnected(ArrayDeque<PeerRequest> unanswered, String reason) {
        LOG.debug("{}: {}", this, reason);
        if (state != State.CLOSED) {
            state = State.IDLE;
            nextAttemptNanos = clock.nanos() + backoff.failed();
        }
        connection = null;
        for (PeerRequest request; (request = unanswered.poll()) != null; )
            completed(request, new PeerOutcome.Disconnected(true, this + ": " + reason));
        for (PeerRequest request; (request = waiting.poll()) != null; )
            completed(request, new PeerOutcome.Disconnected(false, this + ": " + reason));
    }

    // ---- time

    /// Has [#look] run at this moment or before.
    private void lookAt(long nanos) {
        Future<?> planned = look;
        if (planned != null) {
            if (lookNanos - nanos <= 0) return;
            planned.cancel(false);
        }
        lookNanos = nanos;
        long left = Math.max(0, nanos - clock.nanos());
        look = loop.events().schedule(this::look, left, TimeUnit.NANOSECONDS);
    }

    /// Ends what is late or idle, and plans the next look while there is anything to look at.
    private void look() {
        look = null;
        timeOutWaiting();
        PeerChannel open = connection;
        if (open != null && open.timeOut()) open.end("an answer is late");
        if (state == State.CONNECTING && connectDeadline.passed()) {
            String reason = "no connection within " + config.connectMax().toMillis() + " ms";
            if (open == null) disconnected(new ArrayDeque<>(), reason);
            else open.end(reason);
        }
        if (state == State.READY) closeIfIdle();
        if (state == State.CONNECTING) lookAt(connectDeadline.nanos());
        for (PeerRequest request : waiting) lookAt(request.deadline.nanos());
        PeerChannel left = connection;
        if (left == null) return;
        for (PeerRequest request : left.inFlight()) lookAt(request.deadline.nanos());
        long idleNanos = usedNanos + config.idleMax().toNanos();
        if (left.inFlight().isEmpty() || idleNanos - clock.nanos() > 0) lookAt(idleNanos);
    }

    private void timeOutWaiting() {
        for (Iterator<PeerRequest> all = waiting.iterator(); all.hasNext(); ) {
            PeerRequest request = all.next();
            if (!request.deadline.passed()) continue;
            all.remove();
            completed(request, new PeerOutcome.TimedOut(false, "not connected to " + this + " in time"));
        }
    }

    private void closeIfIdle() {
        PeerChannel open = connection;
        if (open == null || !open.inFlight().isEmpty()) return;
        if (clock.nanos() - usedNanos < config.idleMax().toNanos()) return;
        open.end("idle");
        backoff.succeeded();
        nextAttemptNanos = clock.nanos();
    }

    // ---- the end

    @Override
    public void close() {
        closing = true;
        try {
            loop.events().execute(this::closeOnLoop);
        } catch (RejectedExecutionException e) {
            return; // closed before, and the loops with it
        }
        if (loop.events().inEventLoop()) return;
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the event loop closes it all the same
        }
    }

    private void closeOnLoop() {
        if (state == State.CLOSED) return;
        state = State.CLOSED;
        PeerChannel open = connection;
        String reason = "closed here";
        if (open == null) disconnected(new ArrayDeque<>(), reason);
        else open.end(reason);
        if (look != null) look.cancel(false);
        closed.countDown();
        loop.leave();
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
