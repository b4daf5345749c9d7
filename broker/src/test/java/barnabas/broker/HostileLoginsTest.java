package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.ScramClient;
import barnabas.base.security.ScramMechanism;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that do not log in as they must: order, sizes, changed frames, other users. Each costs its own connection.
@Timeout(120)
class HostileLoginsTest {
    private static final String SCRAM = "SCRAM-SHA-256";
    private static final String PASSWORD = "alice-password-7";

    @TempDir
    private Path folder;

    private Barnabas broker;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(settings());
        for (String user : List.of("alice", "bob")) add(user);
    }

    private Map<String, String> settings() {
        var settings = new HashMap<String, String>();
        settings.put("node.id", "1");
        settings.put("log.dirs", folder.resolve("logs").toString());
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0");
        settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256");
        settings.put(
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"" + PASSWORD
                        + "\" user_bob=\"" + PASSWORD + "\";");
        settings.put("connection.failed.authentication.delay.ms", "0");
        settings.put("connections.max.reauth.ms", "1500");
        settings.put("barnabas.jmx.enable", "true");
        return settings;
    }

    private void add(String user) throws Exception {
        byte[] salt = "salt-of-a-user".getBytes(StandardCharsets.UTF_8);
        byte[] salted = ScramMechanism.SHA_256.saltedPassword(PASSWORD, salt, 4096);
        var upsertion =
                new ScramCredentialUpsertion(user, (byte) 1, 4096, ByteBuffer.wrap(salt), ByteBuffer.wrap(salted));
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket,
                    ApiKey.ALTER_USER_SCRAM_CREDENTIALS,
                    0,
                    new AlterUserScramCredentialsRequest(List.of(), List.of(upsertion)));
            RawRequests.receive(socket, ApiKey.ALTER_USER_SCRAM_CREDENTIALS, 0);
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Socket connect() throws IOException {
        var address = broker.address("SASL_PLAINTEXT");
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private static SaslHandshakeResponse handshake(Socket socket, String mechanism, int version) throws IOException {
        RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, version, new SaslHandshakeRequest(mechanism));
        return (SaslHandshakeResponse) RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, version);
    }

    private static SaslAuthenticateResponse authenticate(Socket socket, byte[] token) throws IOException {
        RawRequests.send(socket, ApiKey.SASL_AUTHENTICATE, 2, new SaslAuthenticateRequest(ByteBuffer.wrap(token)));
        return (SaslAuthenticateResponse) RawRequests.receive(socket, ApiKey.SASL_AUTHENTICATE, 2);
    }

    private static byte[] plain(String authorized, String user, String password) {
        return (authorized + "\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static boolean isServed(Socket socket) throws IOException {
        RawRequests.send(
                socket,
                ApiKey.METADATA,
                12,
                MetadataRequest.builder().topics(List.of()).build());
        RawRequests.receive(socket, ApiKey.METADATA, 12);
        return true;
    }

    @Test
    void onlyThreeApisBeforeTheLoginAndInTheirOrder() throws Exception {
        for (ApiKey key : ApiKey.values()) {
            if (key == ApiKey.API_VERSIONS || key == ApiKey.SASL_HANDSHAKE) continue;
            try (Socket socket = connect()) {
                ByteBuffer frame = ByteBuffer.allocate(16).putInt(12).putShort(key.id());
                frame.putShort(key.lowestVersion())
                        .putInt(1)
                        .putShort((short) -1)
                        .putShort((short) 0);
                socket.getOutputStream().write(frame.array());
                assertThat(isClosed(socket)).as(key.toString()).isTrue();
            }
        }
        for (ApiKey key : List.of(ApiKey.METADATA, ApiKey.SASL_HANDSHAKE, ApiKey.API_VERSIONS)) {
            try (Socket socket = connect()) {
                assertThat(handshake(socket, "PLAIN", 1).errorCode()).isZero();
                RawRequests.send(
                        socket,
                        key,
                        key == ApiKey.METADATA ? 12 : 1,
                        key == ApiKey.METADATA
                                ? MetadataRequest.builder().build()
                                : key == ApiKey.SASL_HANDSHAKE
                                        ? new SaslHandshakeRequest("PLAIN")
                                        : ApiVersionsRequest.builder().build());
                assertThat(isClosed(socket)).as(key.toString()).isTrue();
            }
        }
    }

    @Test
    void versionsAreAskedForOnceBeforeTheLogin() throws Exception {
        try (Socket socket = connect()) {
            askForVersions(socket);
            assertThat(handshake(socket, "PLAIN", 1).errorCode()).isZero();
            assertThat(authenticate(socket, plain("", "alice", PASSWORD)).errorCode())
                    .isZero();
            for (int i = 0; i < 10; i++) askForVersions(socket);
        }
        try (Socket socket = connect()) {
            askForVersions(socket);
            RawRequests.send(socket, ApiKey.API_VERSIONS, 0, ApiVersionsRequest.DEFAULT);
            assertThat(isClosed(socket)).isTrue();
        }
    }

    @Test
    void aClientOfNewerVersionsMayAskAgainAFewTimes() throws Exception {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) askForVersions(socket, 99, 16);
            askForVersions(socket);
            assertThat(handshake(socket, "PLAIN", 1).errorCode()).isZero();
            assertThat(authenticate(socket, plain("", "alice", PASSWORD)).errorCode())
                    .isZero();
            assertThat(isServed(socket)).isTrue();
        }
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) askForVersions(socket, 99, 16);
            assertThatThrownBy(() -> askForVersions(socket, 99, 16)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void allFramesBeforeTheLoginTogetherAreSmall() throws Exception {
        try (Socket socket = connect()) {
            for (int i = 0; i < 2; i++) askForVersions(socket, 99, 200_000);
            assertThatThrownBy(() -> askForVersions(socket, 99, 200_000)).isInstanceOf(IOException.class);
        }
        try (Socket socket = connect()) {
            askForVersions(socket, 99, 200_000);
            assertThat(handshake(socket, "PLAIN", 1).errorCode()).isZero();
            byte[] token = plain("", "alice", "x".repeat(400_000));
            assertThatThrownBy(() -> authenticate(socket, token)).isInstanceOf(IOException.class);
        }
    }

    private static void askForVersions(Socket socket) throws IOException {
        RawRequests.send(socket, ApiKey.API_VERSIONS, 0, ApiVersionsRequest.DEFAULT);
        RawRequests.receive(socket, ApiKey.API_VERSIONS, 0);
    }

    /// A request of a version that may be unknown, and its answer.
    private static void askForVersions(Socket socket, int version, int bytes) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(4 + bytes).putInt(bytes);
        frame.putShort(ApiKey.API_VERSIONS.id()).putShort((short) version).putInt(1);
        socket.getOutputStream().write(frame.array());
        var in = new DataInputStream(socket.getInputStream());
        in.readFully(new byte[in.readInt()]);
    }

    @Test
    void framesBeforeTheLoginAreSmall() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(4).putInt(524_289).array());
            assertThat(isClosed(socket)).isTrue();
        }
        try (Socket socket = connect()) {
            handshake(socket, "PLAIN", 1);
            byte[] token = plain("", "alice", "x".repeat(500_000));
            SaslAuthenticateResponse refused = authenticate(socket, token);
            assertThat(refused.errorCode()).isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED.code());
            assertThat(isClosed(socket)).isTrue();
        }
        try (Socket socket = connect()) {
            handshake(socket, "PLAIN", 1);
            assertThat(authenticate(socket, plain("", "alice", PASSWORD)).errorCode())
                    .isZero();
            assertThat(isServed(socket)).isTrue();
            var large = new ArrayList<MetadataRequest.MetadataRequestTopic>();
            for (int i = 0; i < 6_000; i++)
                large.add(MetadataRequest.MetadataRequestTopic.builder()
                        .name("t".repeat(100) + i)
                        .build());
            RawRequests.send(
                    socket,
                    ApiKey.METADATA,
                    9,
                    MetadataRequest.builder()
                            .topics(large)
                            .allowAutoTopicCreation(false)
                            .build());
            RawRequests.receive(socket, ApiKey.METADATA, 9);
        }
    }

    @Test
    void anotherUserCannotBeImpersonated() throws Exception {
        for (byte[] token : List.of(
                plain("bob", "alice", PASSWORD),
                plain("", "alice", ""),
                plain("", "", PASSWORD),
                "alice".getBytes(StandardCharsets.UTF_8),
                new byte[0],
                new byte[] {(byte) 0xFF, 0, 1, 0, 2},
                plain("", "alice", PASSWORD + "\0x"))) {
            try (Socket socket = connect()) {
                handshake(socket, "PLAIN", 1);
                assertThat(authenticate(socket, token).errorCode())
                        .isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED.code());
                assertThat(isClosed(socket)).isTrue();
            }
        }
        try (Socket socket = connect()) {
            handshake(socket, "PLAIN", 1);
            assertThat(authenticate(socket, plain("alice", "alice", PASSWORD)).errorCode())
                    .isZero();
        }
    }

    /// The server's first message to a user that does not exist looks like that to others, and stays the same.
    @Test
    void unknownUsersHaveSalts() throws Exception {
        var seen = new ArrayList<String>();
        for (String user : List.of("nobody", "nobody", "other")) {
            try (Socket socket = connect()) {
                handshake(socket, SCRAM, 1);
                var client = new ScramClient(ScramMechanism.SHA_256, user, PASSWORD, new SecureRandom());
                byte[] first = bytes(authenticate(socket, client.first()).authBytes());
                String salt = new String(first, StandardCharsets.UTF_8).replaceFirst("^r=[^,]*,", "");
                assertThat(salt).matches("s=[A-Za-z0-9+/=]{36},i=4096");
                seen.add(salt);
                SaslAuthenticateResponse refused =
                        authenticate(socket, client.last(first).orElseThrow());
                assertThat(refused.errorMessage())
                        .isEqualTo("Authentication failed during authentication due to invalid credentials with SASL"
                                + " mechanism SCRAM-SHA-256");
            }
        }
        assertThat(seen.get(0)).isEqualTo(seen.get(1)).isNotEqualTo(seen.get(2));
    }

    private static byte[] logIn(Socket socket, String user) throws IOException {
        handshake(socket, SCRAM, 1);
        var client = new ScramClient(ScramMechanism.SHA_256, user, PASSWORD, new SecureRandom());
        byte[] first = bytes(authenticate(socket, client.first()).authBytes());
        SaslAuthenticateResponse last = authenticate(socket, client.last(first).orElseThrow());
        assertThat(last.errorCode()).isZero();
        assertThat(last.sessionLifetimeMs()).isEqualTo(1500);
        byte[] proof = bytes(last.authBytes());
        assertThat(client.accepts(proof)).isTrue();
        return proof;
    }

    @Test
    void aSessionEndsUnlessItIsRenewedByTheSameUser() throws Exception {
        try (Socket expiring = connect();
                Socket renewed = connect();
                Socket other = connect()) {
            logIn(expiring, "alice");
            logIn(renewed, "alice");
            logIn(other, "alice");
            assertThat(isServed(expiring)).isTrue();
            handshake(other, SCRAM, 1);
            var bob = new ScramClient(ScramMechanism.SHA_256, "bob", PASSWORD, new SecureRandom());
            byte[] first = bytes(authenticate(other, bob.first()).authBytes());
            SaslAuthenticateResponse refused =
                    authenticate(other, bob.last(first).orElseThrow());
            assertThat(refused.errorCode()).isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED.code());
            assertThat(refused.errorMessage()).contains("Cannot change principals during re-authentication");
            assertThat(isClosed(other)).isTrue();
            logIn(renewed, "alice");
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < 1_600_000_000L) Thread.onSpinWait();
            RawRequests.send(
                    expiring, ApiKey.METADATA, 12, MetadataRequest.builder().build());
            assertThat(isClosed(expiring)).isTrue();
            logIn(renewed, "alice");
            assertThat(isServed(renewed)).isTrue();
            assertThat(handshake(renewed, SCRAM, 1).errorCode())
                    .as("twice within a second")
                    .isEqualTo(ErrorCode.ILLEGAL_SASL_STATE.code());
            assertThat(isRefusedWithoutSasl()).isTrue();
        }
    }

    /// Sum over the event loops.
    private double logins(Reading reading, String what) {
        double sum = 0;
        for (int loop = 0; loop < 64; loop++)
            sum += reading.number("kafka_server_socket_server_metrics_" + what, "SASL_PLAINTEXT", String.valueOf(loop));
        return sum;
    }

    /// Of the MBeans, the same sum.
    private static double attributes(String name) throws JMException {
        double sum = 0;
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName each : beans.queryNames(
                new ObjectName("kafka.server:type=socket-server-metrics,listener=SASL_PLAINTEXT,networkProcessor=*"),
                null)) sum += (Double) beans.getAttribute(each, name);
        return sum;
    }

    @Test
    void loginsAreCountedByOutcome() throws Exception {
        try (Socket renewed = connect();
                Socket expiring = connect();
                Socket wrong = connect();
                Socket other = connect()) {
            logIn(renewed, "alice");
            long begun = System.nanoTime();
            logIn(expiring, "alice");
            handshake(wrong, "PLAIN", 1);
            assertThat(authenticate(wrong, plain("", "alice", "guess")).errorCode())
                    .isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED.code());
            RawRequests.send(
                    other, ApiKey.METADATA, 12, MetadataRequest.builder().build());
            assertThat(isClosed(other)).isTrue();
            logIn(renewed, "alice");
            handshake(expiring, "PLAIN", 1);
            assertThat(isClosed(expiring)).isTrue();
            while (System.nanoTime() - begun < 1_600_000_000L) Thread.onSpinWait();
            RawRequests.send(
                    renewed, ApiKey.METADATA, 12, MetadataRequest.builder().build());
            assertThat(isClosed(renewed)).isTrue();
        }
        Reading reading = broker.metrics();
        assertThat(logins(reading, "successful_authentication_total")).isEqualTo(2);
        assertThat(logins(reading, "successful_authentication_no_reauth_total")).isZero();
        assertThat(logins(reading, "failed_authentication_total")).isEqualTo(2);
        assertThat(logins(reading, "successful_reauthentication_total")).isEqualTo(1);
        assertThat(logins(reading, "failed_reauthentication_total")).isEqualTo(1);
        assertThat(logins(reading, "expired_connections_killed_count")).isEqualTo(1);
        assertThat(reading.number("kafka_network_socketserver_expiredconnectionskilledcount"))
                .isEqualTo(1);
        assertThat(reading.names()).contains("kafka_server_socket_server_metrics_failed_authentication_rate");
        while (attributes("failed-authentication-total") != 2) Thread.onSpinWait(); // until it is read again
        assertThat(attributes("successful-authentication-total")).isEqualTo(2);
    }

    /// On a listener without SASL.
    private boolean isRefusedWithoutSasl() throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            boolean refused = handshake(socket, SCRAM, 1).errorCode() == ErrorCode.ILLEGAL_SASL_STATE.code();
            return refused
                    && authenticate(socket, new byte[1]).errorCode() == ErrorCode.ILLEGAL_SASL_STATE.code()
                    && isServed(socket);
        }
    }

    /// SaslHandshake v0: tokens are frames without a header.
    @Test
    void bareTokens() throws Exception {
        try (Socket socket = connect()) {
            handshake(socket, SCRAM, 0);
            var client = new ScramClient(ScramMechanism.SHA_256, "alice", PASSWORD, new SecureRandom());
            byte[] first = bare(socket, client.first());
            assertThat(client.accepts(bare(socket, client.last(first).orElseThrow())))
                    .isTrue();
            assertThat(isServed(socket)).isTrue();
        }
        try (Socket socket = connect()) {
            handshake(socket, SCRAM, 0);
            assertThatThrownBy(() -> bare(socket, new byte[] {1, 2, 3})).isInstanceOf(EOFException.class);
        }
    }

    private static byte[] bare(Socket socket, byte[] token) throws IOException {
        ByteBuffer frame =
                ByteBuffer.allocate(4 + token.length).putInt(token.length).put(token);
        socket.getOutputStream().write(frame.array());
        var in = new DataInputStream(socket.getInputStream());
        return in.readNBytes(in.readInt());
    }

    /// One thousand logins with changed bytes, each after a seed: none gets in, and others do afterwards.
    @Test
    void changedFrames() throws Exception {
        var random = new Random(42);
        for (int round = 0; round < 1_000; round++) {
            boolean scram = random.nextBoolean();
            var client = new ScramClient(ScramMechanism.SHA_256, "alice", "guess", random);
            byte[] token = scram ? client.first() : plain("", "alice", "guess");
            var request = new SaslAuthenticateRequest(ByteBuffer.wrap(token));
            byte[] frame = frame(request);
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++)
                frame[random.nextInt(4) == 0 ? random.nextInt(4) : 4 + random.nextInt(frame.length - 4)] =
                        (byte) random.nextInt(256);
            try (Socket socket = connect()) {
                socket.setTcpNoDelay(true);
                if (random.nextInt(8) > 0) handshake(socket, scram ? SCRAM : "PLAIN", random.nextInt(8) == 0 ? 0 : 1);
                socket.getOutputStream().write(frame);
                socket.shutdownOutput();
                assertThat(leaksMetadata(socket)).as("round " + round).isFalse();
            }
        }
        try (Socket socket = connect()) {
            logIn(socket, "alice");
            assertThat(isServed(socket)).isTrue();
        }
    }

    private static byte[] frame(SaslAuthenticateRequest request) throws IOException {
        var out = ByteBuffer.allocate(64 + request.sizeBytes((short) 2));
        out.putInt(0)
                .putShort(ApiKey.SASL_AUTHENTICATE.id())
                .putShort((short) 2)
                .putInt(7);
        var writer = new BufferWriter(out);
        writer.string("test", false);
        writer.unsignedVarint(0);
        request.write(writer, (short) 2);
        out.putInt(0, out.position() - 4);
        return Arrays.copyOf(out.array(), out.position());
    }

    /// Answers before a login are short: error, message, a token.
    private static boolean leaksMetadata(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length > 1_000;
        } catch (SocketException e) {
            return false;
        }
    }
}
