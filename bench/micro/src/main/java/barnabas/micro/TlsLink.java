package barnabas.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// One TLS connection without a network: Netty's handler with the measured engine as the server, the JDK's engine as
/// the client. Counts the CPU time of the thread while the server works. Owner: one thread.
final class TlsLink {
    enum Engine {
        JDK(SslProvider.JDK),
        BORINGSSL(SslProvider.OPENSSL);

        private final SslProvider provider;

        Engine(SslProvider provider) {
            this.provider = provider;
        }
    }

    /// All that the client offers: the suites that the JDK's clients choose.
    private static final List<String> CIPHERS =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROOM_BYTES = 1 << 20;
    private static final int RECORDS_AT_A_TIME = 16;
    /// Of the client that works now: one does at a time.
    private static final ByteBuffer[] ROOM = {
        ByteBuffer.allocate(ROOM_BYTES), ByteBuffer.allocate(ROOM_BYTES), ByteBuffer.allocate(ROOM_BYTES)
    };

    private final SslContext serverContext;
    private final SslContext clientContext;
    private final EmbeddedChannel server = new EmbeddedChannel();
    private final SSLEngine client;
    private final ByteBuffer clientIn;
    private final ByteBuffer clientOut;
    private final ByteBuffer plain;
    private long serverNanos;

    private TlsLink(SslContext serverContext, SslContext clientContext) {
        this.serverContext = serverContext;
        this.clientContext = clientContext;
        clientIn = ROOM[0].clear();
        clientOut = ROOM[1].clear();
        plain = ROOM[2].clear();
        client = clientContext.newEngine(PooledByteBufAllocator.DEFAULT);
        try {
            shakeHands();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Connects to a server with contexts of its own.
    static TlsLink open(Engine engine, String protocol, TlsKeys keys) {
        try {
            SslContextBuilder server = SslContextBuilder.forServer(keys.key(), keys.chain())
                    .sslProvider(engine.provider)
                    .protocols(protocol);
            return new TlsLink(server.build(), client(protocol, keys));
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SslContext client(String protocol, TlsKeys keys) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(keys.authority())
                .endpointIdentificationAlgorithm("") // and no name of a host: no session is resumed
                .protocols(protocol)
                .ciphers(CIPHERS)
                .build();
    }

    /// Another connection to the same server, with a full handshake.
    TlsLink again() {
        return new TlsLink(serverContext, clientContext);
    }

    long serverNanos() {
        return serverNanos;
    }

    private void shakeHands() throws SSLException {
        serves(() -> {
            SslHandler handler = serverContext.newHandler(server.alloc());
            server.pipeline().addLast(handler);
        });
        client.beginHandshake();
        ByteBuffer nothing = ByteBuffer.allocate(0);
        while (true) {
            HandshakeStatus status = client.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                client.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                client.wrap(nothing, clientOut);
                toServer();
            } else if (!readsFromServer() && status == HandshakeStatus.NOT_HANDSHAKING) {
                return;
            }
        }
    }

    private void serves(Runnable work) {
        long begun = THREADS.getCurrentThreadCpuTime();
        work.run();
        serverNanos += THREADS.getCurrentThreadCpuTime() - begun;
    }

    private void toServer() {
        clientOut.flip();
        ByteBuf arrived = server.alloc().directBuffer(clientOut.remaining()).writeBytes(clientOut);
        clientOut.clear();
        serves(() -> {
            server.writeInbound(arrived);
            server.runPendingTasks();
        });
    }

    private boolean readsFromServer() throws SSLException {
        ByteBuf sent = server.readOutbound();
        if (sent == null && clientIn.position() == 0) return false;
        if (sent != null) {
            clientIn.put(sent.nioBuffer());
            sent.release();
        }
        clientIn.flip();
        int before = clientIn.remaining();
        while (clientIn.hasRemaining()) {
            plain.clear();
            int left = clientIn.remaining();
            client.unwrap(clientIn, plain);
            if (client.getHandshakeStatus() == HandshakeStatus.NEED_TASK) break;
            if (clientIn.remaining() == left) break;
        }
        boolean moved = clientIn.remaining() < before || client.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
        clientIn.compact();
        return moved;
    }

    /// Encrypts as the server.
    ///
    /// @return CPU seconds for a GB
    double seal(int bytes, int pieceBytes) {
        ByteBuf content = Unpooled.directBuffer(pieceBytes);
        var random = new SplittableRandom(1);
        while (content.writableBytes() >= Long.BYTES) content.writeLong(random.nextLong());
        serverNanos = 0;
        int pieces = bytes / pieceBytes;
        for (int i = 0; i < pieces; i++) {
            ByteBuf piece = server.alloc().directBuffer(pieceBytes, pieceBytes);
            piece.writeBytes(content, 0, content.readableBytes());
            serves(() -> server.writeOutbound(piece));
            for (Object sent = server.readOutbound(); sent != null; sent = server.readOutbound())
                ReferenceCountUtil.release(sent);
        }
        content.release();
        return serverNanos / ((double) pieces * pieceBytes);
    }

    /// Decrypts as the server what the client has encrypted in records of this size.
    ///
    /// @return CPU seconds for a GB
    double open(int bytes, int recordBytes) {
        byte[] content = new byte[recordBytes];
        new SplittableRandom(1).nextBytes(content);
        serverNanos = 0;
        long opened = 0;
        for (int i = 0; i < bytes / recordBytes / RECORDS_AT_A_TIME; i++) {
            try {
                for (int each = 0; each < RECORDS_AT_A_TIME; each++) {
                    ByteBuffer left = ByteBuffer.wrap(content);
                    while (left.hasRemaining()) client.wrap(left, clientOut);
                }
            } catch (SSLException e) {
                throw new IllegalStateException(e);
            }
            toServer();
            for (ByteBuf got = server.readInbound(); got != null; got = server.readInbound()) {
                opened += got.readableBytes();
                got.release();
            }
        }
        if (opened != (long) bytes / recordBytes / RECORDS_AT_A_TIME * RECORDS_AT_A_TIME * recordBytes)
            throw new IllegalStateException("decrypted " + opened);
        return (double) serverNanos / opened;
    }

    void close() {
        new ArrayDeque<Object>(server.inboundMessages()).forEach(ReferenceCountUtil::release);
        server.finishAndReleaseAll();
    }
}
