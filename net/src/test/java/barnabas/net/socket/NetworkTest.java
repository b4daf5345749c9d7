package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.CloseReason;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.RequestLimits;
import barnabas.net.ServerConfig;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// Starts servers for tests and checks after each that no buffer leaked and Netty had nothing to complain about.
abstract class NetworkTest {
    private static final long SWEEP_MILLIS = 20;

    static final String LISTENER = "TEST";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private @Nullable TlsPair tls;

    @BeforeAll
    static void watchAllBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @BeforeEach
    void clearLog() {
        CapturedLog.clear();
    }

    @AfterEach
    void closeAndCheckForLeaks() throws Exception {
        closeAll();
        reportLeaks();
        assertThat(CapturedLog.nettyWarnings()).isEmpty();
    }

    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) each.close();
        opened.clear();
    }

    /// A leak is reported at the first allocation after the garbage collector has found the lost buffer.
    static void reportLeaks() {
        System.gc();
        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    /// Has servers and clients of this test encrypt what they send.
    void encrypt() {
        tls = TlsPair.SHARED;
    }

    ServerConfig config() {
        TlsPair pair = tls;
        var listener = pair == null
                ? new ListenerConfig(LISTENER, "127.0.0.1", 0)
                : new ListenerConfig(
                        LISTENER, ListenerConfig.Protocol.SSL, "127.0.0.1", 0, pair.server()::serverEngine);
        return new ServerConfig(listener).withNetworkThreads(2);
    }

    static RequestLimits limits(int requestBytesMax, int inFlightMax, long heldBytesMax, int unsentBytesMax) {
        return new RequestLimits(requestBytesMax, inFlightMax, heldBytesMax, unsentBytesMax, 256L << 20);
    }

    NetworkServer serve(FrameHandler handler) throws IOException {
        return serve(config(), handler);
    }

    NetworkServer serve(ServerConfig config, FrameHandler handler) throws IOException {
        return serve(config, handler, Clock.SYSTEM);
    }

    NetworkServer serve(ServerConfig config, FrameHandler handler, Clock clock) throws IOException {
        return closeLater(NetworkServer.start(config, handler, clock, loops(config), SWEEP_MILLIS));
    }

    private static EventLoops loops(ServerConfig config) {
        return new EventLoops(
                config.networkThreads(), Transport.choose(config.sockets().nativeTransport()), Threads.SYSTEM);
    }

    RawClient connect(NetworkServer server) throws IOException {
        return closeLater(new RawClient(server.address(LISTENER), 0, tls));
    }

    /// A client with a small receive buffer.
    RawClient connectSlow(NetworkServer server) throws IOException {
        return closeLater(new RawClient(server.address(LISTENER), 4096, tls));
    }

    <T extends AutoCloseable> T closeLater(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    /// Waits until connections were closed for this reason.
    static void awaitClosed(NetworkServer server, CloseReason reason, int times) {
        Await.until(times + " connections " + reason, () -> server.counters().closed(reason) == times);
    }

    /// Waits until nothing is held for clients any more.
    static void awaitNothingHeld(NetworkServer server) {
        Await.until(
                "nothing held",
                () -> server.counters().heldRequestBytes() == 0
                        && server.counters().unsentReplyBytes() == 0);
    }
}
