package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.Server;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerOutcome;
import barnabas.net.peer.PeerOutcome.Answered;
import barnabas.net.peer.PeerOutcome.Disconnected;
import barnabas.net.peer.PeerOutcome.Reason;
import barnabas.net.peer.PeerOutcome.Refused;
import barnabas.net.peer.PeerOutcome.TimedOut;
import barnabas.net.peer.PeerSecurity;
import barnabas.protocol.ApiKey;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Requests to another node and their outcomes, also when that node misbehaves.
class PeerTest extends NetworkTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(40);

    private final SocketNetwork network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new Random(1));

    private static PeerConfig peerConfig(int inFlightMax, long bytesMax, Duration connectMax, Duration idleMax) {
        return new PeerConfig(
                "node-7",
                "1.0",
                2,
                inFlightMax,
                bytesMax,
                1 << 20,
                connectMax,
                idleMax,
                Duration.ofMillis(1),
                Duration.ofMillis(4));
    }

    private Peer peer(int port) {
        return peer(port, peerConfig(100, 1 << 20, LONG, LONG));
    }

    private Peer peer(int port, PeerConfig config) {
        return closeLater(network.connect("127.0.0.1", port, PeerSecurity.NONE, config));
    }

    private ScriptedNode node(ScriptedNode.Script script) throws IOException {
        return closeLater(new ScriptedNode(script));
    }

    private static Deadline in(Duration time) {
        return Deadline.in(time, Clock.SYSTEM);
    }

    private static HeartbeatRequest heartbeat(int number) {
        return HeartbeatRequest.builder()
                .groupId("g")
                .memberId("m")
                .generationId(number)
                .build();
    }

    private static int number(ScriptedNode.Received request) {
        return HeartbeatRequest.read(new MessageReader(request.body()), request.version())
                .generationId();
    }

    private static HeartbeatResponse beat(int number) {
        return HeartbeatResponse.builder().throttleTimeMs(number).build();
    }

    private static PeerOutcome call(Peer peer) throws InterruptedException {
        return peer.call(heartbeat(1), in(LONG));
    }

    private static void assertAnswered(PeerOutcome outcome, int number) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Answered.class,
                        answered -> assertThat(answered.response()).isEqualTo(beat(number)));
    }

    /// Answers every request with its own number.
    private static void echo(ScriptedNode.Talk talk) throws IOException {
        while (true) {
            ScriptedNode.Received request = talk.next();
            talk.send(request.answer(beat(number(request))));
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        ScriptedNode node = node((talk, _) -> echo(talk.negotiate()));
        Peer peer = peer(node.port());
        var outcomes = new LinkedBlockingQueue<PeerOutcome>();
        for (int i = 0; i < 100; i++) peer.send(heartbeat(i), in(LONG), outcomes::add);
        for (int i = 0; i < 100; i++) assertAnswered(outcomes.take(), i);
        assertThat(node.accepted).hasValue(1);
    }

    @Test
    void ownServerIsReachedOnTheSameLoops() throws Exception {
        var loops = new LinkedBlockingQueue<Thread>();
        Server server = closeLater(network.listen(config(), (connection, frame, slot) -> {
            loops.add(Thread.currentThread());
            var request = received(frame);
            byte[] answer = request.key() == ApiKey.API_VERSIONS
                    ? request.answer(ScriptedNode.versions(ApiKey.values()))
                    : request.answer(beat(number(request)));
            ReplyBuffer buffer = slot.allocate(answer.length - 4);
            buffer.bytes().put(answer, 4, answer.length - 4);
            slot.send(new Reply(buffer));
        }));
        var seen = new LinkedBlockingQueue<Thread>();
        for (int i = 0; i < 2; i++) {
            Peer peer = peer(server.port(LISTENER));
            var outcome = new LinkedBlockingQueue<PeerOutcome>();
            peer.send(heartbeat(i), in(LONG), done -> {
                seen.add(Thread.currentThread());
                outcome.add(done);
            });
            assertAnswered(outcome.take(), i);
        }
        seen.addAll(loops);
        assertThat(seen.stream().map(PeerTest::groupOf))
                .as("threads of one group")
                .hasSize(6)
                .containsOnly(groupOf(seen.element()));
        server.close();
        // The loops live on for the peers.
        assertThat(seen.element().isAlive()).isTrue();
        closeAll();
        for (Thread loop : seen) assertThat(loop.join(LONG)).isTrue();
    }

    private static String groupOf(Thread loop) {
        return loop.getName().substring(0, loop.getName().lastIndexOf('-'));
    }

    private static ScriptedNode.Received received(ByteBuffer frame) throws IOException {
        byte[] bytes = new byte[4 + frame.remaining()];
        ByteBuffer.wrap(bytes).putInt(frame.remaining()).put(frame);
        return new ScriptedNode.Talk(null, new DataInputStream(new ByteArrayInputStream(bytes))).next();
    }

    @Test
    void theHighestCommonVersionIsUsed() throws Exception {
        ScriptedNode node = node((talk, _) -> {
            ScriptedNode.Received versions = talk.next();
            assertThat(versions.clientId()).isEqualTo("node-7");
            talk.send(versions.answer(ApiVersionsResponse.builder()
                    .apiKeys(List.of(
                            ScriptedNode.range(ApiKey.HEARTBEAT, 1, 2), ScriptedNode.range(ApiKey.FETCH, 900, 901)))
                    .build()));
            echo(talk);
        });
        Peer peer = peer(node.port());
        assertThat(call(peer))
                .isInstanceOfSatisfying(
                        Answered.class,
                        answered -> assertThat(answered.version()).isEqualTo((short) 2));
        var request = FetchRequest.builder().build();
        assertThat(peer.call(request, in(LONG)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED));
        // A version that lacks a field which is set.
        var static_ =
                HeartbeatRequest.builder().groupId("g").groupInstanceId("i").build();
        assertThat(peer.call(static_, in(LONG)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED));
        assertAnswered(call(peer), 1);
        assertThat(node.accepted).hasValue(1);
    }

    @Test
    void anOlderNodeIsAskedForItsVersionsAgain() throws Exception {
        ScriptedNode node = node((talk, _) -> {
            ScriptedNode.Received first = talk.next();
            talk.send(first.answer(
                    ApiVersionsResponse.builder()
                            .errorCode((short) 35)
                            .apiKeys(List.of(ScriptedNode.range(ApiKey.API_VERSIONS, 0, 1)))
                            .build(),
                    (short) 0));
            ScriptedNode.Received second = talk.next();
            assertThat(second.version()).isEqualTo((short) 0);
            talk.send(second.answer(ScriptedNode.versions(ApiKey.HEARTBEAT)));
            echo(talk);
        });
        assertAnswered(call(peer(node.port())), 1);
    }

    /// Node that answers correctly from the second connection on, and with `bytes` before that.
    private void assertRecovers(ScriptedNode.Script first, String reason) throws Exception {
        ScriptedNode node = node((talk, connection) -> {
            if (connection == 1) first.run(talk, connection);
            else echo(talk.negotiate());
        });
        Peer peer = peer(node.port());
        assertThat(call(peer))
                .isInstanceOfSatisfying(
                        Disconnected.class,
                        outcome -> assertThat(outcome.detail())
                                .contains("127.0.0.1:" + node.port())
                                .contains(reason));
        assertAnswered(call(peer), 1);
        assertThat(node.accepted).hasValue(2);
    }

    @Test
    void aWrongCorrelationIdEndsTheConnection() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    ScriptedNode.Received request = talk.negotiate().next();
                    var other = new ScriptedNode.Received(
                            request.key(), request.version(), request.correlationId() + 1, "", request.body());
                    talk.send(other.answer(beat(1)));
                    talk.awaitClosed();
                },
                "correlation id 2 where 1 is due");
    }

    @Test
    void anOversizedAnswerEndsTheConnection() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    talk.negotiate().next();
                    talk.send(ByteBuffer.allocate(4).putInt((1 << 20) + 1).array());
                    talk.awaitClosed();
                },
                "an answer of 1048577 bytes");
    }

    @Test
    void aNegativeSizeEndsTheConnection() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    talk.negotiate().next();
                    talk.send((byte) -1, (byte) -1, (byte) -1, (byte) -1);
                    talk.awaitClosed();
                },
                "an answer of -1 bytes");
    }

    @Test
    void halfAnAnswerIsNone() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    byte[] answer = talk.negotiate().next().answer(beat(1));
                    talk.send(Arrays.copyOf(answer, answer.length - 1));
                },
                "closed by the other side");
    }

    @Test
    void bytesBehindAnAnswerEndTheConnection() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    byte[] answer = talk.negotiate().next().answer(beat(1));
                    ByteBuffer longer = ByteBuffer.allocate(answer.length + 1).put(answer);
                    talk.send(longer.putInt(0, answer.length - 3).array());
                    talk.awaitClosed();
                },
                "1 bytes are left behind its end");
    }

    @Test
    void aRefusedNegotiationEndsTheConnection() throws Exception {
        assertRecovers(
                (talk, _) -> {
                    talk.send(talk.next()
                            .answer(ApiVersionsResponse.builder()
                                    .errorCode((short) 58)
                                    .build()));
                    talk.awaitClosed();
                },
                "ApiVersions was answered with error 58");
    }

    @Test
    void anAnswerToNothingEndsTheConnection() throws Exception {
        ScriptedNode node = node((talk, connection) -> {
            talk.negotiate();
            ScriptedNode.Received request = talk.next();
            byte[] answer = request.answer(beat(number(request)));
            talk.send(answer);
            if (connection == 1) {
                talk.send(answer);
                talk.awaitClosed();
            } else echo(talk);
        });
        Peer peer = peer(node.port());
        assertAnswered(call(peer), 1);
        Await.until("connected again", () -> {
            try {
                return call(peer) instanceof Answered && node.accepted.get() == 2;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aSilentNodeCostsOnlyTheDeadline() throws Exception {
        ScriptedNode node = node((talk, connection) -> {
            talk.negotiate();
            if (connection > 1) echo(talk);
            talk.send(talk.next().answer(beat(1)));
            talk.awaitClosed();
        });
        Peer peer = peer(node.port());
        assertAnswered(call(peer), 1); // connected before the short time begins
        var behind = new LinkedBlockingQueue<PeerOutcome>();
        var late = new LinkedBlockingQueue<PeerOutcome>();
        peer.send(heartbeat(1), in(LONG), behind::add);
        peer.send(heartbeat(2), in(SHORT), late::add);
        assertThat(late.take())
                .isInstanceOfSatisfying(
                        TimedOut.class, outcome -> assertThat(outcome.sent()).isTrue());
        assertThat(behind.take()).isInstanceOfSatisfying(Disconnected.class, outcome -> {
            assertThat(outcome.sent()).isTrue();
            assertThat(outcome.detail()).contains("late");
        });
        assertAnswered(call(peer), 1);
    }

    @Test
    void aNodeThatDoesNotNegotiateIsLeft() throws Exception {
        ScriptedNode node = node((talk, _) -> talk.awaitClosed());
        Peer peer = peer(node.port(), peerConfig(100, 1 << 20, SHORT, LONG));
        assertThat(call(peer))
                .isInstanceOfSatisfying(
                        Disconnected.class,
                        outcome -> assertThat(outcome.sent()).isFalse());
        Peer patient = peer(node.port());
        assertThat(patient.call(heartbeat(1), in(SHORT)))
                .isInstanceOfSatisfying(
                        TimedOut.class, outcome -> assertThat(outcome.sent()).isFalse());
    }

    @Test
    void noListenerAndNoHostAreDisconnections() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Peer peer = peer(port);
        for (int i = 0; i < 5; i++)
            assertThat(call(peer)).isInstanceOfSatisfying(Disconnected.class, outcome -> {
                assertThat(outcome.sent()).isFalse();
                assertThat(outcome.detail()).contains("cannot connect");
            });
        Peer nowhere = closeLater(
                network.connect("no-such-host.invalid", 9, PeerSecurity.NONE, peerConfig(1, 1 << 20, LONG, LONG)));
        assertThat(call(nowhere))
                .isInstanceOfSatisfying(
                        Disconnected.class,
                        outcome -> assertThat(outcome.detail()).contains("host name is unknown"));
    }

    @Test
    void limitsRefuseAtOnceAndAreGivenBack() throws Exception {
        var answer = new CountDownLatch(1);
        ScriptedNode node = node((talk, _) -> {
            talk.negotiate();
            await(answer);
            echo(talk);
        });
        int bytes = heartbeat(1).sizeBytes(ApiKey.HEARTBEAT.highestStableVersion());
        for (PeerConfig config :
                List.of(peerConfig(3, 1 << 20, LONG, LONG), peerConfig(100, 3L * bytes + bytes / 2, LONG, LONG))) {
            Peer peer = peer(node.port(), config);
            var outcomes = new LinkedBlockingQueue<PeerOutcome>();
            for (int i = 0; i < 3; i++) peer.send(heartbeat(i), in(LONG), outcomes::add);
            var refused = new AtomicReference<PeerOutcome>();
            peer.send(heartbeat(3), in(LONG), refused::set);
            assertThat(refused.get())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            outcome -> assertThat(outcome.reason()).isEqualTo(Reason.TOO_MUCH_IN_FLIGHT));
            answer.countDown();
            for (int i = 0; i < 3; i++) assertAnswered(outcomes.take(), i);
            assertAnswered(call(peer), 1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anIdleConnectionIsClosedAndOpenedAgain() throws Exception {
        var ends = new CountDownLatch(1);
        ScriptedNode node = node((talk, connection) -> {
            try {
                echo(talk.negotiate());
            } finally {
                ends.countDown();
            }
        });
        Peer peer = peer(node.port(), peerConfig(100, 1 << 20, LONG, SHORT));
        assertAnswered(call(peer), 1);
        await(ends);
        assertAnswered(call(peer), 1);
        assertThat(node.accepted).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void closingCompletesEverything() throws Exception {
        var arrived = new CountDownLatch(2);
        ScriptedNode node = node((talk, _) -> {
            talk.negotiate();
            while (true) {
                talk.next();
                arrived.countDown();
            }
        });
        Peer peer = peer(node.port());
        var outcomes = new ArrayList<PeerOutcome>();
        for (int i = 0; i < 2; i++) peer.send(heartbeat(i), in(LONG), outcomes::add);
        await(arrived);
        Peer unconnected = peer(node((talk, _) -> talk.awaitClosed()).port());
        unconnected.send(heartbeat(2), in(LONG), outcomes::add);
        peer.close();
        unconnected.close();
        assertThat(outcomes).hasSize(3).allMatch(each -> each instanceof Disconnected);
        assertThat(call(peer))
                .isInstanceOfSatisfying(
                        Refused.class, outcome -> assertThat(outcome.reason()).isEqualTo(Reason.CLOSED));
        peer.close();
    }

    @Test
    void aFailingReceiverHarmsNothingElse() throws Exception {
        ScriptedNode node = node((talk, _) -> echo(talk.negotiate()));
        Peer peer = peer(node.port());
        peer.send(heartbeat(1), in(LONG), _ -> {
            throw new IllegalStateException("receiver");
        });
        assertAnswered(call(peer), 1);
        assertThat(node.accepted).hasValue(1);
    }

    @Test
    void aPeerMayBeClosedAndUsedByAReceiver() throws Exception {
        ScriptedNode node = node((talk, _) -> echo(talk.negotiate()));
        Peer peer = peer(node.port());
        var last = new LinkedBlockingQueue<PeerOutcome>();
        var inside = new AtomicBoolean();
        peer.send(heartbeat(1), in(LONG), _ -> {
            peer.send(heartbeat(2), in(LONG), last::add);
            peer.close();
            inside.set(last.isEmpty());
        });
        assertThat(last.take()).isInstanceOf(Disconnected.class);
        assertThat(inside).isTrue();
    }

    @Test
    void randomConnectionLossesCompleteEveryRequestOnce() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        ScriptedNode node = node((talk, connection) -> {
            var own = new Random(seed + connection);
            if (own.nextInt(10) == 0) return;
            talk.negotiate();
            for (int left = own.nextInt(60); left > 0; left--) {
                ScriptedNode.Received request = talk.next();
                byte[] answer = request.answer(beat(number(request)));
                int split = own.nextInt(answer.length);
                talk.send(Arrays.copyOf(answer, split));
                talk.send(Arrays.copyOfRange(answer, split, answer.length));
            }
        });
        Peer peer = peer(node.port());
        int sent = 2_000;
        var outcomes = new int[sent];
        var answered = new AtomicInteger();
        var left = new CountDownLatch(sent);
        for (int i = 0; i < sent; i++) {
            int number = i;
            peer.send(heartbeat(i), in(LONG), outcome -> {
                outcomes[number]++; // on one loop, or refused here before it is sent
                if (outcome instanceof Answered reply) {
                    assertThat(reply.response()).isEqualTo(beat(number));
                    answered.incrementAndGet();
                }
                left.countDown();
            });
            if (random.nextInt(20) == 0) call(peer);
        }
        assertThat(left.await(20, TimeUnit.SECONDS)).as("seed " + seed).isTrue();
        assertThat(outcomes).as("seed " + seed).containsOnly(1);
        assertThat(answered.get()).as("seed " + seed).isPositive();
    }
}
