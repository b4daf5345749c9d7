package barnabas.otlp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/// An HTTP server that takes pushes and answers with a status that tests choose.
final class Receiver implements AutoCloseable {
    record Push(String path, Map<String, List<String>> headers, ExportMetricsServiceRequest content) {}

    private final HttpServer server;
    private final String scheme;
    private final LinkedBlockingQueue<Push> pushes = new LinkedBlockingQueue<>();
    private volatile int status = 200;

    private Receiver(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::take);
        server.start();
    }

    static Receiver start() throws IOException {
        return new Receiver(HttpServer.create(anyPort(), 0), "http");
    }

    static Receiver start(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new Receiver(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void take(HttpExchange exchange) throws IOException {
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        ExportMetricsServiceRequest content;
        try (InputStream body = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            content = ExportMetricsServiceRequest.parseFrom(body);
        }
        int answer = status;
        pushes.add(new Push(exchange.getRequestURI().getPath(), Map.copyOf(exchange.getRequestHeaders()), content));
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    void answerWith(int other) {
        status = other;
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The next push.
    Push await() throws InterruptedException {
        Push push = pushes.poll(60, TimeUnit.SECONDS);
        if (push == null) throw new AssertionError("nothing was pushed");
        return push;
    }

    boolean isEmpty() {
        return pushes.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
