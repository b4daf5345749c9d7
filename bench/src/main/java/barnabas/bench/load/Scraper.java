package barnabas.bench.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Reads a page of metrics again and again, with the headers that Prometheus sends, on a thread of its own.
public final class Scraper implements AutoCloseable {
    /// Time between two scrapes.
    public static final int INTERVAL_MILLIS = 5_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI page;
    private final Thread thread = new Thread(this::scrape, "bench-scraper");
    private volatile boolean closing;
    private volatile @Nullable Scrape last;
    private volatile @Nullable Exception failure;

    /// One reading of the page.
    ///
    /// @param nanos from the request until its answer was there
    /// @param bytes of the answer's body as it came
    /// @param series lines with a value
    public record Scrape(long nanos, int bytes, long series) {}

    private Scraper(URI page) {
        this.page = page;
    }

    /// Reads the page now, and then every five seconds.
    public static Scraper start(URI page) throws IOException, InterruptedException {
        Scraper scraper = new Scraper(page);
        scraper.last = scraper.once();
        scraper.thread.start();
        return scraper;
    }

    private void scrape() {
        try {
            while (!closing) {
                Thread.sleep(INTERVAL_MILLIS);
                last = once();
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException closed) {
            // The end.
        }
    }

    Scrape once() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(page)
                .timeout(Duration.ofSeconds(10))
                .header(
                        "Accept",
                        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1")
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", "Prometheus/2.53.3")
                .build();
        long started = System.nanoTime();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        long nanos = System.nanoTime() - started;
        if (answer.statusCode() != 200) throw new IOException(page + " answered " + answer.statusCode());
        boolean packed =
                answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
        try (InputStream body = new ByteArrayInputStream(answer.body());
                InputStream text = packed ? new GZIPInputStream(body) : body) {
            long series = new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .count();
            if (series == 0) throw new IOException(page + " has no series");
            return new Scrape(nanos, answer.body().length, series);
        }
    }

    /// The newest scrape.
    ///
    /// @throws IOException if one has failed
    public Scrape last() throws IOException {
        Exception caught = failure;
        Scrape newest = last;
        if (caught != null || newest == null) throw new IOException("a scrape failed", caught);
        return newest;
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        client.shutdownNow();
    }
}
