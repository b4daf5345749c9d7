package barnabas.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.client.ConnectionException.Kind;
import barnabas.client.FakeBroker.Reply;
import barnabas.client.FakeBroker.Request;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.ProduceRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionTest {
    private static final ConnectionOptions OPTIONS =
            ConnectionOptions.of("test").withRequestTimeout(Duration.ofSeconds(10));
    private static final HeartbeatRequest HEARTBEAT =
            HeartbeatRequest.builder().groupId("g").memberId("m").build();

    /// Agrees on versions, then does what the test says.
    private static FakeBroker broker(FakeBroker.Script script) throws IOException {
        return new FakeBroker(request -> request.api() == ApiKey.API_VERSIONS
                ? new Reply.Answer(FakeBroker.allVersions())
                : script.reply(request));
    }

    private static Reply heartbeat(int throttle) {
        return new Reply.Answer(new HeartbeatResponse(throttle, (short) 0));
    }

    @Test
    void callsInTheHighestCommonVersion() throws Exception {
        try (var broker = broker(request -> heartbeat(request.version()));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertThat(connection.version(ApiKey.HEARTBEAT)).isEqualTo((short) 4);
            assertThat(connection.call(HEARTBEAT, HeartbeatResponse.class).throttleTimeMs())
                    .isEqualTo(4);
            assertThat(broker.requests().getLast().body()).isEqualTo(HEARTBEAT);
        }
    }

    @Test
    void takesTheVersionsOfAnOlderBroker() throws Exception {
        var old = ApiVersionsResponse.builder()
                .apiKeys(List.of(
                        new ApiVersionsResponse.ApiVersion(ApiKey.HEARTBEAT.id(), (short) 0, (short) 2),
                        new ApiVersionsResponse.ApiVersion(ApiKey.FETCH.id(), (short) 0, (short) 3),
                        new ApiVersionsResponse.ApiVersion((short) 9_999, (short) 0, (short) 1)))
                .build();
        try (var broker = new FakeBroker(
                        request -> request.api() == ApiKey.API_VERSIONS ? new Reply.Answer(old) : heartbeat(0));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            connection.call(HEARTBEAT, HeartbeatResponse.class);
            assertThat(broker.requests().getLast().version()).isEqualTo((short) 2);
            assertThatThrownBy(() -> connection.version(ApiKey.FETCH)).hasMessageContaining("no version of Fetch");
            assertThatThrownBy(() -> connection.version(ApiKey.PRODUCE)).hasMessageContaining("no version of Produce");
            assertThat(connection.isOpen()).isTrue();
        }
    }

    /// KIP-511: an ApiVersions request that is too new is answered in version 0, with the versions that are
    /// known.
    @Test
    void fallsBackWhenTheBrokerDoesNotKnowItsApiVersions() throws Exception {
        try (var broker = new FakeBroker(request -> {
                    if (request.api() != ApiKey.API_VERSIONS) return heartbeat(0);
                    if (request.version() <= 2) return new Reply.Answer(FakeBroker.allVersions());
                    var refusal = ApiVersionsResponse.builder()
                            .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                            .apiKeys(List.of(new ApiVersionsResponse.ApiVersion((short) 18, (short) 0, (short) 2)))
                            .build();
                    return new Reply.Raw(ByteBuffer.wrap(
                            FakeBroker.frame(ApiKey.API_VERSIONS, (short) 0, request.correlationId(), refusal)));
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertThat(broker.requests().stream().map(Request::version))
                    .containsExactly(ApiKey.API_VERSIONS.highestStableVersion(), (short) 2);
            connection.call(HEARTBEAT, HeartbeatResponse.class);
        }
    }

    @Test
    void pipelinesAndMatchesAnswersToRequests() throws Exception {
        try (var broker = broker(request -> switch (request.api()) {
                    case HEARTBEAT -> heartbeat(7);
                    case LIST_GROUPS ->
                        new Reply.Answer(
                                ListGroupsResponse.builder().throttleTimeMs(8).build());
                    default -> new Reply.Close();
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            var first = connection.send(HEARTBEAT, HeartbeatResponse.class);
            var second = connection.send(ListGroupsRequest.builder().build(), ListGroupsResponse.class);
            var third = connection.send(HEARTBEAT, HeartbeatResponse.class);
            var second8 = connection.receive(second, Duration.ofSeconds(5));
            assertThat(second8.throttleTimeMs()).isEqualTo(8);
            assertThat(connection.receive(third, Duration.ofSeconds(5)).throttleTimeMs())
                    .isEqualTo(7);
            assertThat(connection.receive(first, Duration.ofSeconds(5)).throttleTimeMs())
                    .isEqualTo(7);
        }
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        try (var broker = broker(request -> {
                    var group = ((HeartbeatRequest) request.body()).groupId();
                    return heartbeat(Integer.parseInt(group));
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            var failure = new AtomicReference<Throwable>();
            var threads = new ArrayList<Thread>();
            for (int thread = 0; thread < 8; thread++) {
                int base = thread * 1_000;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = base; i < base + 100; i++) {
                            var request = HeartbeatRequest.builder()
                                    .groupId(Integer.toString(i))
                                    .memberId("m")
                                    .build();
                            var response = connection.call(request, HeartbeatResponse.class);
                            assertThat(response.throttleTimeMs()).isEqualTo(i);
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            for (var thread : threads) thread.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void sendsLargeRequestsWhole() throws Exception {
        var name = "x".repeat(30_000);
        try (var broker = broker(request ->
                        new Reply.Answer(FindCoordinatorResponse.builder().build()));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            var request = FindCoordinatorRequest.builder()
                    .coordinatorKeys(List.of(name, name, name, name))
                    .build();
            connection.call(request, FindCoordinatorResponse.class);
            assertThat(broker.requests().getLast().body()).isEqualTo(request);
        }
    }

    @Test
    void oneWayRequestsExpectNoAnswer() throws Exception {
        try (var broker = broker(request -> request.api() == ApiKey.PRODUCE ? new Reply.Silence() : heartbeat(1));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            connection.sendOneWay(ProduceRequest.builder().acks((short) 0).build());
            assertThat(connection.call(HEARTBEAT, HeartbeatResponse.class).throttleTimeMs())
                    .isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatDoesNotComeBreaksTheConnection() throws Exception {
        try (var broker = broker(request -> new Reply.Silence());
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertThatThrownBy(() -> connection.call(HEARTBEAT, HeartbeatResponse.class, Duration.ofMillis(50)))
                    .isInstanceOfSatisfying(ConnectionException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT);
                        assertThat(e.address()).isEqualTo(broker.address());
                        assertThat(e).hasMessageContaining("no answer to Heartbeat within 50 ms");
                    });
            assertThat(connection.isOpen()).isFalse();
            assertThatThrownBy(() -> connection.call(HEARTBEAT, HeartbeatResponse.class))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no answer to Heartbeat");
        }
    }

    /// Half an answer is as late as none.
    @Test
    void anAnswerThatStopsInTheMiddleIsLate() throws Exception {
        try (var broker = broker(request ->
                        new Reply.Raw(ByteBuffer.allocate(10).putInt(1_000).flip()));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertKind(connection, Kind.TIMED_OUT, Duration.ofMillis(50));
        }
    }

    @Test
    void aWrongCorrelationIdIsMalformed() throws Exception {
        try (var broker = broker(request -> new Reply.Raw(ByteBuffer.wrap(FakeBroker.frame(
                        request.api(), request.version(), request.correlationId() + 1, new HeartbeatResponse(0, (short)
                                0)))));
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertKind(connection, Kind.MALFORMED, Duration.ofSeconds(5));
        }
    }

    @Test
    void bytesBehindTheAnswerAreMalformed() throws Exception {
        try (var broker = broker(request -> {
                    byte[] frame = FakeBroker.frame(request, new HeartbeatResponse(0, (short) 0));
                    var longer = ByteBuffer.allocate(frame.length + 1).put(frame);
                    longer.putInt(0, frame.length + 1 - 4);
                    return new Reply.Raw(longer.clear());
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertKind(connection, Kind.MALFORMED, Duration.ofSeconds(5));
        }
    }

    @Test
    void impossibleLengthsAreMalformedAtOnce() throws Exception {
        for (int length : new int[] {-1, 0, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            try (var broker = broker(request ->
                            new Reply.Raw(ByteBuffer.allocate(4).putInt(length).flip()));
                    var connection = Connection.open(broker.address(), OPTIONS)) {
                assertKind(connection, Kind.MALFORMED, Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void answerWithoutARequestIsMalformed() throws Exception {
        try (var broker = broker(request -> {
                    byte[] frame = FakeBroker.frame(request, new HeartbeatResponse(0, (short) 0));
                    return new Reply.Raw(ByteBuffer.allocate(frame.length * 2)
                            .put(frame)
                            .put(frame)
                            .flip());
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            connection.call(HEARTBEAT, HeartbeatResponse.class);
            assertKind(connection, Kind.MALFORMED, Duration.ofSeconds(5));
        }
    }

    @Test
    void aBrokerThatClosesIsNoticed() throws Exception {
        try (var broker = broker(request -> new Reply.Close());
                var connection = Connection.open(broker.address(), OPTIONS)) {
            assertKind(connection, Kind.CLOSED, Duration.ofSeconds(5));
        }
    }

    private static void assertKind(Connection connection, Kind kind, Duration timeout) {
        assertThatThrownBy(() -> connection.call(HEARTBEAT, HeartbeatResponse.class, timeout))
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void closingEndsWhoWaits() throws Exception {
        var asked = new CountDownLatch(1);
        try (var broker = broker(request -> {
            asked.countDown();
            return new Reply.Silence();
        })) {
            var connection = Connection.open(broker.address(), OPTIONS);
            var outcome = new AtomicReference<Throwable>();
            var waiter = Thread.ofVirtual().start(() -> {
                try {
                    connection.call(HEARTBEAT, HeartbeatResponse.class);
                } catch (ClientException e) {
                    outcome.set(e);
                }
            });
            asked.await();
            connection.close();
            waiter.join();
            assertThat(outcome.get()).isInstanceOf(ConnectionException.class).hasMessageContaining("this side closed");
        }
    }

    @Test
    void anInterruptEndsWhoWaits() throws Exception {
        var asked = new CountDownLatch(1);
        try (var broker = broker(request -> {
                    asked.countDown();
                    return new Reply.Silence();
                });
                var connection = Connection.open(broker.address(), OPTIONS)) {
            var outcome = new AtomicReference<Throwable>();
            var interrupted = new AtomicReference<Boolean>();
            var waiter = Thread.ofVirtual().start(() -> {
                try {
                    connection.call(HEARTBEAT, HeartbeatResponse.class);
                } catch (ClientException e) {
                    outcome.set(e);
                    interrupted.set(Thread.currentThread().isInterrupted());
                }
            });
            asked.await();
            waiter.interrupt();
            waiter.join();
            assertThat(outcome.get()).isInstanceOf(StoppedException.class);
            assertThat(interrupted.get()).as("an interrupt is not swallowed").isTrue();
        }
    }

    @Test
    void closedPortIsUnreachable() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> Connection.open(new Address("127.0.0.1", port), OPTIONS))
                .isInstanceOfSatisfying(
                        ConnectionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
        assertThatThrownBy(() -> Connection.open(new Address("no-such-host.invalid", 9092), OPTIONS))
                .hasMessageContaining("no-such-host.invalid:9092: the host name is unknown");
    }

    @Test
    void aListenerThatSaysNothingIsLate() throws Exception {
        try (var broker = new FakeBroker(request -> new Reply.Silence())) {
            assertThatThrownBy(
                            () -> Connection.open(broker.address(), OPTIONS.withConnectTimeout(Duration.ofMillis(100))))
                    .isInstanceOfSatisfying(
                            ConnectionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT));
        }
    }
}
