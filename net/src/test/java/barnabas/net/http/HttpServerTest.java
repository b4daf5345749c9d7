package barnabas.net.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.socket.SocketNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The server against clients that behave and clients that do not, on real sockets.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HttpServerTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final SocketNetwork network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new Random(1));
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        blocked.countDown();
        for (AutoCloseable each : opened.reversed()) each.close();
    }

    private static HttpConfig config(int connections, Duration request, Duration idle, Duration response, long unsent) {
        return new HttpConfig(
                List.of(new HttpConfig.Address("127.0.0.1", 0)),
                connections,
                2_048,
                1_024,
                request,
                idle,
                response,
                unsent);
    }

    private static HttpConfig patient(int connections) {
        return config(connections, LONG, LONG, LONG, 1 << 20);
    }

    private InetSocketAddress start(HttpConfig config) throws IOException {
        HttpServer server = network.listen(config, this::answer);
        opened.add(server);
        return server.addresses().getFirst();
    }

    private HttpResponse answer(HttpRequest request) throws InterruptedException {
        return switch (request.path()) {
            case "/echo" ->
                new HttpResponse(
                        200,
                        "text/plain",
                        Map.of("X-Query", request.query(), "X-Accept", request.header("accept")),
                        request.body().hasRemaining()
                                ? request.body()
                                : StandardCharsets.UTF_8.encode(request.method()));
            case "/large" -> HttpResponse.of("text/plain", ByteBuffer.allocate(32 << 20));
            case "/block" -> {
                entered.countDown();
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
                yield HttpResponse.json(200, "{}");
            }
            case "/fail" -> throw new IllegalStateException("meant to fail");
            default -> HttpResponse.error(404, "no such page");
        };
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(30_000);
        opened.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String last(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    private String ask(InetSocketAddress address, String request) throws IOException {
        Socket socket = connect(address);
        send(socket, request);
        return rest(socket);
    }

    /// Reads one response with a body of this text.
    private static String read(Socket socket, String until) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(until) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) throw new IOException("ended after " + text);
            text.append((char) next);
        }
        return text.toString();
    }

    @Test
    void requestsAreAnsweredOneAfterTheOther() throws Exception {
        InetSocketAddress address = start(patient(4));
        Socket socket = connect(address);
        send(socket, "GET /echo?a=1 HTTP/1.1\r\nHost: x\r\nAccept: text/a\r\nAccept: text/b\r\n\r\n");
        assertThat(read(socket, "GET"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("x-query: a=1\r\n")
                .containsIgnoringCase("x-accept: text/a,text/b\r\n")
                .containsIgnoringCase("content-length: 3\r\n")
                .doesNotContainIgnoringCase("connection: close");
        send(socket, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(read(socket, "body")).startsWith("HTTP/1.1 200 OK\r\n");
        send(socket, get("/nothing"));
        assertThat(read(socket, "}\n")).startsWith("HTTP/1.1 404 ").endsWith("{\"error\":\"no such page\"}\n");
        send(socket, "HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(rest(socket)).containsIgnoringCase("content-length: 4\r\n").endsWith("\r\n\r\n");
        assertThat(ask(address, "GET /echo HTTP/1.0\r\n\r\n")).endsWith("GET");
    }

    @Test
    void tooLargeAndMalformedRequestsAreRefused() throws Exception {
        InetSocketAddress address = start(patient(4));
        assertThat(ask(address, "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask(address, "GET / HTTP/1.1\r\nA: " + "x".repeat(3_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask(address, "POST /echo HTTP/1.1\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(ask(address, "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(ask(address, "\u0000\u0001\u0002\u0003garbage\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask(address, "GET /%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask(address, "POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(ask(address, last("/fail"))).isEmpty();
        assertThat(ask(address, last("/echo"))).endsWith("GET");
    }

    @Test
    void nextRequestBeforeTheAnswerEndsTheConnectionBehindIt() throws Exception {
        InetSocketAddress address = start(patient(4));
        Socket socket = connect(address);
        send(socket, get("/block") + get("/echo") + get("/echo"));
        entered.await();
        blocked.countDown();
        assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK").endsWith("{}").doesNotContain("GET");
    }

    @Test
    void slowClientsAreClosed() throws Exception {
        InetSocketAddress address =
                start(config(8, Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(300), 1 << 20));
        Socket silent = connect(address);
        Socket slowHeader = connect(address);
        send(slowHeader, "GET / HTTP/1.1\r\nA");
        Socket slowBody = connect(address);
        send(slowBody, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx");
        Socket idle = connect(address);
        send(idle, get("/echo"));
        assertThat(rest(silent)).isEmpty();
        assertThat(rest(slowHeader)).isEmpty();
        assertThat(rest(slowBody)).isEmpty();
        assertThat(rest(idle)).endsWith("GET");
    }

    /// Its response stays in the socket's buffers and in memory until the time for it is over.
    @Test
    void clientThatDoesNotReadIsClosed() throws Exception {
        var config = new HttpConfig(
                List.of(new HttpConfig.Address("127.0.0.1", 0)),
                8,
                2_048,
                1_024,
                LONG,
                LONG,
                Duration.ofMillis(300),
                64 << 20);
        HttpServer server = network.listen(config, _ -> HttpResponse.of("text/plain", ByteBuffer.allocate(32 << 20)));
        opened.add(server);
        var socket = new Socket();
        opened.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(server.addresses().getFirst());
        send(socket, last("/"));
        while (server.openConnections() == 0) Thread.onSpinWait();
        while (server.openConnections() > 0) Thread.onSpinWait();
        assertThat(rest(socket).length()).isLessThan(32 << 20);
    }

    @Test
    void newConnectionTakesThePlaceOfTheOneThatWaitedLongest() throws Exception {
        InetSocketAddress address = start(patient(3));
        Socket first = connect(address);
        Socket second = connect(address);
        send(second, get("/echo"));
        read(second, "GET");
        send(first, "GET /echo HT");
        Socket third = connect(address);
        send(third, get("/echo"));
        read(third, "GET");
        for (int i = 0; i < 50; i++) {
            Socket more = connect(address);
            send(more, get("/echo"));
            read(more, "GET");
        }
        assertThat(rest(first)).isEmpty();
        assertThat(rest(second)).isEmpty();
    }

    @Test
    void connectionsThatAreBeingAnsweredStay() throws Exception {
        InetSocketAddress address = start(patient(1));
        Socket working = connect(address);
        send(working, last("/block"));
        entered.await();
        assertThat(ask(address, get("/echo"))).isEmpty();
        blocked.countDown();
        assertThat(rest(working)).endsWith("{}");
        assertThat(ask(address, last("/echo"))).endsWith("GET");
    }

    @Test
    void responsesThatWaitForTheirClientsAreBounded() throws Exception {
        InetSocketAddress address = start(config(8, LONG, LONG, LONG, 40 << 20));
        assertThat(status(address)).contains(" 200 ");
        assertThat(status(address)).contains(" 503 ");
        assertThat(ask(address, last("/echo"))).endsWith("GET");
    }

    /// The first line of a response of which nothing more is read.
    private String status(InetSocketAddress address) throws IOException {
        var socket = new Socket();
        opened.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(address);
        send(socket, get("/large"));
        return read(socket, "\r\n");
    }

    @Test
    void takenPortIsNamed() throws Exception {
        InetSocketAddress address = start(patient(1));
        HttpConfig same = HttpConfig.of(List.of(new HttpConfig.Address("127.0.0.1", address.getPort())));
        assertThatThrownBy(() -> network.listen(same, this::answer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + address.getPort())
                .hasMessageContaining("in use");
    }

    @Test
    void handlerOfAClientThatHasGoneIsInterrupted() throws Exception {
        InetSocketAddress address = start(patient(4));
        Socket gone = connect(address);
        send(gone, get("/block") + get("/echo"));
        entered.await();
        gone.close();
        interrupted.await();
        assertThat(ask(address, last("/echo"))).endsWith("GET");
    }

    @Test
    void closingEndsWhatIsUnderWay() throws Exception {
        HttpServer server = network.listen(patient(4), this::answer);
        Socket working = connect(server.addresses().getFirst());
        send(working, get("/block"));
        entered.await();
        server.close();
        assertThat(rest(working)).doesNotContain("200 OK");
    }

    @Test
    void largeRequestsThatAreAnsweredAtATimeAreBounded() throws Exception {
        InetSocketAddress address = start(patient(32));
        String large = "POST /block HTTP/1.1\r\nHost: x\r\nContent-Length: 1024\r\nConnection: close\r\n\r\n"
                + "x".repeat(1_024);
        for (int i = 0; i < 16; i++) send(connect(address), large);
        Socket further;
        String answer;
        do {
            // Those before it may not be read yet.
            further = connect(address);
            further.setSoTimeout(200);
            send(further, large);
            answer = restOrNothing(further);
        } while (answer.isEmpty());
        assertThat(answer).contains(" 503 ").contains("too many large requests");
        assertThat(ask(address, last("/echo"))).as("a small one").endsWith("GET");
        blocked.countDown();
        String again;
        do again = ask(address, large);
        while (again.contains(" 503 "));
        assertThat(again).endsWith("{}");
    }

    private static String restOrNothing(Socket socket) throws IOException {
        try {
            return rest(socket);
        } catch (SocketTimeoutException waits) {
            return "";
        }
    }
}
