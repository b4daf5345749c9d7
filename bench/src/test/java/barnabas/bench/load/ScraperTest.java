package barnabas.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScraperTest {
    private static final String PAGE = """
            # HELP a A.
            # TYPE a gauge
            a 1.0
            b{topic="x"} 2.0

            # EOF
            """;

    private final HttpServer server;

    ScraperTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI serve(int status, byte[] body, String encoding) {
        server.createContext("/metrics", exchange -> {
            if (!encoding.isEmpty()) exchange.getResponseHeaders().add("Content-Encoding", encoding);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
    }

    @Test
    void linesWithAValueAreSeries() throws IOException, InterruptedException {
        byte[] body = PAGE.getBytes(StandardCharsets.UTF_8);
        try (Scraper scraper = Scraper.start(serve(200, body, ""))) {
            assertThat(scraper.last().series()).isEqualTo(2);
            assertThat(scraper.last().bytes()).isEqualTo(body.length);
            assertThat(scraper.last().nanos()).isPositive();
        }
    }

    @Test
    void packedPagesAreUnpacked() throws IOException, InterruptedException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(PAGE.getBytes(StandardCharsets.UTF_8));
        }
        try (Scraper scraper = Scraper.start(serve(200, packed.toByteArray(), "gzip"))) {
            assertThat(scraper.last().series()).isEqualTo(2);
            assertThat(scraper.last().bytes()).isEqualTo(packed.size());
        }
    }

    @Test
    void errorsAndEmptyPagesAreNoScrapes() {
        URI broken = serve(503, "later".getBytes(StandardCharsets.UTF_8), "");
        assertThatThrownBy(() -> Scraper.start(broken).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503");
        server.removeContext("/metrics");
        URI empty = serve(200, "# EOF\n".getBytes(StandardCharsets.UTF_8), "");
        assertThatThrownBy(() -> Scraper.start(empty).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no series");
    }
}
