package barnabas.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Record values that look like what people send: lines of a web server's access log, made from a seed.
///
/// They compress about as real logs do, so that compressed and plain scenarios can share them.
public final class Payload {
    private static final String[] PATHS = {
        "/", "/index.html", "/blog/2026/11/streams", "/images/logo.png", "/api/v1/orders", "/api/v1/items/",
        "/favicon.ico", "/robots.txt", "/search?q=", "/style/main.css", "/downloads/release-", "/login"
    };
    private static final String[] AGENTS = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
        "curl/8.5.0",
        "Googlebot/2.1 (+http://www.google.com/bot.html)"
    };

    private final SplittableRandom random;

    public Payload(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// A value of exactly this many bytes.
    public byte[] next(int bytes) {
        StringBuilder text = new StringBuilder(bytes + 300);
        while (text.length() < bytes) {
            appendLine(text);
        }
        text.setLength(bytes);
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void appendLine(StringBuilder text) {
        text.append(random.nextInt(1, 224))
                .append('.')
                .append(random.nextInt(256))
                .append('.');
        text.append(random.nextInt(256)).append('.').append(random.nextInt(256)).append(" - - [21/Nov/2026:");
        text.append(random.nextInt(10, 24))
                .append(':')
                .append(random.nextInt(10, 60))
                .append(':');
        text.append(random.nextInt(10, 60)).append(" +0000] \"GET ").append(PATHS[random.nextInt(PATHS.length)]);
        text.append(Integer.toHexString(random.nextInt())).append(" HTTP/1.1\" 200 ");
        text.append(random.nextInt(100, 200_000)).append(" \"-\" \"");
        text.append(AGENTS[random.nextInt(AGENTS.length)]).append("\"\n");
    }
}
