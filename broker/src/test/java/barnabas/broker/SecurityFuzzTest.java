package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.base.security.TestAuthority;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsRequest.AclCreation;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsRequest.DeleteAclsFilter;
import barnabas.protocol.message.DescribeAclsRequest;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslHandshakeRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Changed frames of logins, TLS handshakes and changes of ACLs, sent to a broker: nobody gets in, nothing but the
/// connection ends, and who may is served afterwards. `-Dbarnabas.fuzz.security=1000000` for a long run,
/// `-Dbarnabas.seed=N` to repeat one: what is sent as a frame depends on the seed and its number only.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class SecurityFuzzTest {
    private static final int FRAMES = Integer.getInteger("barnabas.fuzz.security", 2_000);
    private static final long SEED = Long.getLong("barnabas.seed", System.nanoTime());
    private static final String PASSWORD = "alice-password-7";
    /// Answers before a login are short, those to a request for metadata are not.
    private static final int ANSWERS_BYTES_MAX = 1_000;

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int TLS_SHARE = 20;
    private static final int LOGIN_SHARE = 5;
    private static final int PROOF_BYTES = 32;
    /// Behind size, key, version and correlation id.
    private static final int BODY_AT = 12;

    @TempDir
    private Path folder;

    /// Most of a frame's time is a wait for its answer.
    private static final int CLIENTS = 8;

    private static final int HELLOS = 64;

    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private Barnabas broker;
    private TlsContext client;
    /// First messages of clients, to be changed without the arithmetic that a client would do after them.
    private final List<byte[]> hellos = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        var authority = new TestAuthority("ca");
        TestAuthority.Identity identity = authority.issue("CN=broker", Duration.ofDays(1), "127.0.0.1");
        var settings = new HashMap<String, String>();
        settings.put("node.id", "1");
        settings.put("log.dirs", folder.resolve("logs").toString());
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0,SSL://127.0.0.1:0");
        settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256");
        settings.put(
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"" + PASSWORD + "\";");
        settings.put("connection.failed.authentication.delay.ms", "0");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS;User:alice");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.certificate.chain", identity.chainPem());
        settings.put("ssl.keystore.key", identity.keyPem());
        broker = Barnabas.start(settings);
        var trust = Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", authority.pem());
        client = TlsContext.client(TlsSettings.of(trust::get), new FileDisk());
        var trustOlder = new HashMap<>(trust);
        trustOlder.put("ssl.enabled.protocols", "TLSv1.2");
        TlsContext older = TlsContext.client(TlsSettings.of(trustOlder::get), new FileDisk());
        for (int i = 0; i < HELLOS; i++) {
            SSLEngine engine = (i % 2 == 0 ? client : older).clientEngine("127.0.0.1", 9);
            ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), hello);
            hellos.add(Arrays.copyOf(hello.array(), hello.position()));
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void changedFramesLetNoClientIn() throws Exception {
        System.out.println("seed " + SEED);
        long began = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < CLIENTS; i++) running.add(clients.submit(new Hostile()));
            for (Future<?> each : running) each.get();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        System.out.println(FRAMES + " frames in " + millis + " ms, CPU of the process "
                + ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
        assertThat(answered.get()).as("changes of ACLs that were answered").isGreaterThan(FRAMES / 10);
        try (Socket socket = connect("SASL_PLAINTEXT", InetAddress.getByName("127.0.0.1"))) {
            byte[] right = frame(ApiKey.SASL_AUTHENTICATE, 2, token("\0alice\0" + PASSWORD));
            socket.getOutputStream().write(joined(hello("PLAIN", 1), right, metadata()));
            var in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) assertThat(in.readNBytes(in.readInt())).isNotEmpty();
        }
        try (Socket plain = connect("SSL", InetAddress.getByName("127.0.0.1"));
                Socket socket = client.clientSocket(plain, "127.0.0.1", plain.getPort())) {
            RawRequests.send(socket, ApiKey.METADATA, 12, MetadataRequest.DEFAULT);
            assertThat(RawRequests.receive(socket, ApiKey.METADATA, 12)).isNotNull();
        }
    }

    private Socket connect(String listener, InetAddress own) throws IOException {
        InetSocketAddress address = broker.address(listener);
        var socket = new Socket(address.getAddress(), address.getPort(), own, 0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] answers(Socket socket) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            // Closed with bytes left unread.
        }
        return all.toByteArray();
    }

    /// Sends one frame after the other and waits for what each is answered.
    private final class Hostile implements Callable<Void> {
        private int frame;
        private SplittableRandom random = new SplittableRandom(SEED);

        @Override
        public Void call() throws Exception {
            Socket admin = connect("PLAINTEXT");
            while ((frame = frames.getAndIncrement()) < FRAMES) {
                random = new SplittableRandom(SEED + frame);
                if (frame % TLS_SHARE == 0) handshake();
                else if (frame % LOGIN_SHARE == 1) logIn();
                else if (changeAcls(admin)) answered.incrementAndGet();
                else {
                    admin.close();
                    admin = connect("PLAINTEXT");
                }
            }
            admin.close();
            return null;
        }

        private String name() {
            return "seed " + SEED + ", frame " + frame;
        }

        private Socket connect(String listener) throws IOException {
            return SecurityFuzzTest.this.connect(listener, anyOwn());
        }

        /// An address of this machine's own: connections from one that failed before would have to wait.
        private InetAddress anyOwn() throws IOException {
            return InetAddress.getByAddress(new byte[] {
                127, (byte) random.nextInt(256), (byte) random.nextInt(256), (byte) (1 + random.nextInt(254))
            });
        }

        /// A login with a wrong password, one of its frames changed, and a request behind it.
        private void logIn() throws IOException {
            boolean scram = random.nextBoolean();
            byte[] hello = hello(scram ? "SCRAM-SHA-256" : "PLAIN", random.nextInt(8) == 0 ? 0 : 1);
            byte[] first = frame(
                    ApiKey.SASL_AUTHENTICATE, 2, token(scram ? "n,,n=alice,r=abcdefghijklmnopq" : "\0alice\0guess"));
            byte[] proof = new byte[PROOF_BYTES];
            random.nextBytes(proof);
            String last = "c=biws,r=abcdefghijklmnopqrstuvwxyz,p="
                    + Base64.getEncoder().encodeToString(proof);
            byte[] second = frame(ApiKey.SASL_AUTHENTICATE, 2, token(last));
            switch (random.nextInt(4)) {
                case 0 -> hello = changed(hello, 0);
                case 1 -> second = changed(second, 0);
                default -> first = changed(first, 0);
            }
            try (Socket socket = connect("SASL_PLAINTEXT")) {
                socket.getOutputStream().write(joined(hello, first, second, metadata()));
                socket.shutdownOutput();
                assertThat(answers(socket)).as(name()).hasSizeLessThan(ANSWERS_BYTES_MAX);
            } catch (SocketException closed) {
                assertThat(closed).isNotNull(); // while it was being written
            }
        }

        /// A handshake and a request, of which one write is changed.
        private void handshake() throws IOException {
            int which = random.nextInt(3);
            if (which == 0) greet();
            else handshake(which);
        }

        private void greet() throws IOException {
            byte[] hello = changed(hellos.get(random.nextInt(HELLOS)), 0);
            try (Socket socket = connect("SSL")) {
                socket.getOutputStream().write(hello);
                socket.shutdownOutput();
                answers(socket);
            } catch (SocketException closed) {
                assertThat(closed).isNotNull(); // while it was being written
            }
        }

        private void handshake(int write) throws IOException {
            InetSocketAddress address = broker.address("SSL");
            try (var plain = new ChangingSocket(write)) {
                plain.setSoTimeout(PATIENCE_MILLIS);
                plain.bind(new InetSocketAddress(anyOwn(), 0));
                plain.connect(address);
                try (Socket socket = client.clientSocket(plain, "127.0.0.1", address.getPort())) {
                    RawRequests.send(socket, ApiKey.METADATA, 12, MetadataRequest.DEFAULT);
                    plain.shutdownOutput();
                    answers(socket);
                }
            } catch (SSLException | SocketException refused) {
                assertThat(refused).isNotNull();
            }
        }

        /// Changes the bytes of one of its writes.
        private final class ChangingSocket extends Socket {
            private int left;

            ChangingSocket(int left) {
                this.left = left;
            }

            @Override
            public OutputStream getOutputStream() throws IOException {
                OutputStream out = super.getOutputStream();
                return new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        out.write(one);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        byte[] sent = Arrays.copyOfRange(bytes, offset, offset + length);
                        boolean changes = left-- == 0;
                        out.write(changes ? changed(sent, 0) : sent);
                        // A broker may wait for more than there is.
                        if (changes) shutdownOutput();
                    }
                };
            }
        }

        /// False when the connection has ended. What is changed lies behind the header: it is answered as what it is.
        private boolean changeAcls(Socket socket) throws IOException {
            String name = random.nextBoolean() ? "orders" : "*";
            byte type = (byte) random.nextInt(8);
            byte operation = (byte) random.nextInt(16);
            byte pattern = (byte) (3 + random.nextInt(2));
            byte permission = (byte) (2 + random.nextInt(2));
            RequestMessage request;
            ApiKey key;
            switch (random.nextInt(3)) {
                case 0 -> {
                    key = ApiKey.CREATE_ACLS;
                    var one = new AclCreation(type, name, pattern, "User:bob", "10.0.0.1", operation, permission);
                    request = new CreateAclsRequest(List.of(one, one));
                }
                case 1 -> {
                    key = ApiKey.DELETE_ACLS;
                    request = new DeleteAclsRequest(List.of(new DeleteAclsFilter(
                            type,
                            random.nextBoolean() ? null : name,
                            (byte) random.nextInt(5),
                            null,
                            null,
                            operation,
                            permission)));
                }
                default -> {
                    key = ApiKey.DESCRIBE_ACLS;
                    request = new DescribeAclsRequest(
                            type, name, (byte) random.nextInt(5), "User:bob", null, operation, permission);
                }
            }
            int version = random.nextBoolean() ? 3 : 2;
            byte[] frame = changed(frame(key, version, request), BODY_AT);
            ByteBuffer.wrap(frame).putInt(0, frame.length - 4);
            try {
                socket.getOutputStream().write(frame);
                var in = new DataInputStream(socket.getInputStream());
                byte[] answer = in.readNBytes(in.readInt());
                assertThat(answer.length).as(name()).isPositive();
                return true;
            } catch (EOFException | SocketException closed) {
                return false;
            }
        }

        /// Some bytes from `start` on changed, or the end cut off.
        private byte[] changed(byte[] original, int start) {
            byte[] bytes = original.clone();
            for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > start; i--) {
                int at = start + random.nextInt(bytes.length - start);
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] = (byte) random.nextInt();
                    case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> bytes[at] = random.nextBoolean() ? (byte) 0x7F : (byte) 0xFF;
                    default -> bytes = Arrays.copyOf(bytes, at);
                }
            }
            return bytes;
        }
    }

    private static byte[] hello(String mechanism, int version) {
        return frame(ApiKey.SASL_HANDSHAKE, version, new SaslHandshakeRequest(mechanism));
    }

    private static byte[] metadata() {
        return frame(ApiKey.METADATA, 12, MetadataRequest.DEFAULT);
    }

    private static SaslAuthenticateRequest token(String text) {
        return new SaslAuthenticateRequest(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] frame(ApiKey key, int version, RequestMessage request) {
        short apiVersion = (short) version;
        ByteBuffer frame = ByteBuffer.allocate(64 + request.sizeBytes(apiVersion));
        frame.putInt(0).putShort(key.id()).putShort(apiVersion).putInt(7);
        var writer = new BufferWriter(frame);
        writer.string("test", false);
        if (key.isFlexible(apiVersion)) writer.unsignedVarint(0);
        request.write(writer, apiVersion);
        frame.putInt(0, frame.position() - 4);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] joined(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        for (byte[] each : frames) all.writeBytes(each);
        return all.toByteArray();
    }
}
