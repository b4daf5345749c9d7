package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.base.security.SaslCredentials;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerOutcome;
import barnabas.net.peer.PeerOutcome.Answered;
import barnabas.net.peer.PeerOutcome.Disconnected;
import barnabas.net.peer.PeerSecurity;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// TLS and logins of connections to other nodes.
class PeerSecurityTest extends NetworkTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SECRET = "node-secret-4716";

    private final SocketNetwork network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new Random(1));

    private Peer peer(String host, int port, PeerSecurity security) {
        var config = new PeerConfig(
                "node-7", "1.0", 2, 100, 1 << 20, 1 << 20, LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(4));
        return closeLater(network.connect(host, port, security, config));
    }

    private static PeerOutcome call(Peer peer) throws InterruptedException {
        var request = HeartbeatRequest.builder().groupId("g").memberId("m").build();
        return peer.call(request, Deadline.in(LONG, Clock.SYSTEM));
    }

    private static PeerSecurity login(String mechanism) {
        var credentials = new SaslCredentials(mechanism, "node", SECRET);
        return new PeerSecurity(null, host -> credentials.login(host, new Random(1)));
    }

    private static SaslAuthenticateResponse authenticated(String token, int sessionMillis) {
        return SaslAuthenticateResponse.builder()
                .authBytes(StandardCharsets.UTF_8.encode(token))
                .sessionLifetimeMs(sessionMillis)
                .build();
    }

    /// Takes a login by PLAIN whose handshake has been read.
    private static void takePlain(ScriptedNode.Talk talk, ScriptedNode.Received handshake, int sessionMillis)
            throws IOException {
        assertThat(handshake.version()).isEqualTo((short) 1);
        talk.send(handshake.answer(new SaslHandshakeResponse((short) 0, List.of("PLAIN"))));
        ScriptedNode.Received login = talk.next();
        assertThat(login.key()).isEqualTo(ApiKey.SASL_AUTHENTICATE);
        ByteBuffer token = SaslAuthenticateRequest.read(new MessageReader(login.body()), login.version())
                .authBytes();
        assertThat(StandardCharsets.UTF_8.decode(token).toString()).isEqualTo("\0node\0" + SECRET);
        talk.send(login.answer(authenticated("", sessionMillis)));
    }

    @Test
    void logsInAgainBeforeItsSessionEnds() throws Exception {
        var logins = new AtomicInteger();
        var node = closeLater(new ScriptedNode((talk, _) -> {
            talk.negotiate();
            while (true) {
                ScriptedNode.Received next = talk.next();
                if (next.key() == ApiKey.SASL_HANDSHAKE) {
                    takePlain(talk, next, logins.get() == 0 ? 20 : 0);
                    logins.incrementAndGet();
                } else talk.send(next.answer(HeartbeatResponse.builder().build()));
            }
        }));
        Peer peer = peer("127.0.0.1", node.port(), login("PLAIN"));
        assertThat(call(peer)).isInstanceOf(Answered.class);
        Await.until("a second login", () -> logins.get() == 2);
        assertThat(call(peer)).isInstanceOf(Answered.class);
        assertThat(node.accepted.get()).isEqualTo(1);
    }

    @Test
    void aRefusedLoginEndsTheConnectionWithTheReason() throws Exception {
        var node = closeLater(new ScriptedNode((talk, _) -> {
            ScriptedNode.Received handshake = talk.negotiate().next();
            talk.send(handshake.answer(new SaslHandshakeResponse((short) 0, List.of("PLAIN"))));
            var refused = SaslAuthenticateResponse.builder()
                    .errorCode(ErrorCode.SASL_AUTHENTICATION_FAILED.code())
                    .errorMessage("Authentication failed: Invalid username or password")
                    .build();
            talk.send(talk.next().answer(refused));
            talk.awaitClosed();
        }));
        assertDisconnected(call(peer("127.0.0.1", node.port(), login("PLAIN"))), "Invalid username or password");
    }

    @Test
    void aMechanismThatIsNotEnabledIsNamed() throws Exception {
        var node = closeLater(new ScriptedNode((talk, _) -> {
            ScriptedNode.Received handshake = talk.negotiate().next();
            talk.send(handshake.answer(
                    new SaslHandshakeResponse(ErrorCode.UNSUPPORTED_SASL_MECHANISM.code(), List.of("GSSAPI"))));
            talk.awaitClosed();
        }));
        assertDisconnected(
                call(peer("127.0.0.1", node.port(), login("SCRAM-SHA-256"))),
                "SCRAM-SHA-256 is not enabled there (UNSUPPORTED_SASL_MECHANISM), but [GSSAPI]");
    }

    /// A node that does not know the user's keys can make a challenge and accept everything.
    @Test
    void aNodeThatDoesNotKnowTheKeysIsNotTrusted() throws Exception {
        var node = closeLater(new ScriptedNode((talk, _) -> {
            ScriptedNode.Received handshake = talk.negotiate().next();
            talk.send(handshake.answer(new SaslHandshakeResponse((short) 0, List.of("SCRAM-SHA-256"))));
            ScriptedNode.Received first = talk.next();
            ByteBuffer token = SaslAuthenticateRequest.read(new MessageReader(first.body()), first.version())
                    .authBytes();
            String message = StandardCharsets.UTF_8.decode(token).toString();
            String nonce = message.substring(message.indexOf("r=") + 2);
            talk.send(first.answer(authenticated("r=" + nonce + "more,s=c2FsdA==,i=4096", 0)));
            talk.send(talk.next().answer(authenticated("v=Zm9yZ2Vk", 0)));
            talk.awaitClosed();
        }));
        assertDisconnected(
                call(peer("127.0.0.1", node.port(), login("SCRAM-SHA-256"))), "does not know the user's keys");
    }

    private static void assertDisconnected(PeerOutcome outcome, String reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Disconnected.class,
                        disconnected -> assertThat(disconnected.detail())
                                .contains(reason)
                                .doesNotContain(SECRET));
    }

    private InetSocketAddress serveHeartbeats() throws IOException {
        encrypt();
        return serve((_, frame, slot) -> {
                    ApiKey key = ApiKey.of(frame.getShort());
                    if (key == null) throw new IOException("unknown API");
                    var request = new ScriptedNode.Received(key, frame.getShort(), frame.getInt(), "", frame);
                    byte[] answer = key == ApiKey.API_VERSIONS
                            ? request.answer(ScriptedNode.versions(ApiKey.values()))
                            : request.answer(HeartbeatResponse.builder().build());
                    ReplyBuffer buffer = slot.allocate(answer.length - 4);
                    buffer.bytes().put(answer, 4, answer.length - 4);
                    slot.send(new Reply(buffer));
                })
                .address(LISTENER);
    }

    private static PeerSecurity encrypted(TlsPair pair) {
        return new PeerSecurity(pair.client()::clientEngine, null);
    }

    @Test
    void requestsAreEncrypted() throws Exception {
        int port = serveHeartbeats().getPort();
        Peer peer = peer("127.0.0.1", port, encrypted(TlsPair.SHARED));
        for (int i = 0; i < 3; i++) assertThat(call(peer)).isInstanceOf(Answered.class);
    }

    /// The certificate is for 127.0.0.1.
    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        int port = serveHeartbeats().getPort();
        assertDisconnected(call(peer("localhost", port, encrypted(TlsPair.SHARED))), "TLS failed");
    }

    @Test
    void aCertificateOfAForeignAuthorityIsRefused() throws Exception {
        int port = serveHeartbeats().getPort();
        assertDisconnected(call(peer("127.0.0.1", port, encrypted(TlsPair.with(Map.of())))), "TLS failed");
    }

    @Test
    void aPlainNodeIsNotTakenForAnEncryptedOne() throws Exception {
        var node = closeLater(new ScriptedNode((talk, _) -> talk.send((byte) 0, (byte) 0, (byte) 0, (byte) 9)));
        assertThat(call(peer("127.0.0.1", node.port(), encrypted(TlsPair.SHARED))))
                .isInstanceOf(Disconnected.class);
    }
}
