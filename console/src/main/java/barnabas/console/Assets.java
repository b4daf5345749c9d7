package barnabas.console;

import barnabas.net.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/// Files of the page: HTML, style sheet, ES modules, from the jar, and the library that draws charts, from its own.
final class Assets {
    static final String BASE = "/console/";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /// Resources of other jars.
    private static final Map<String, String> LIBRARIES = Map.of(
            "uplot.js", "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.iife.min.js",
            "uplot.css", "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.min.css");

    private Assets() {}

    static Optional<HttpResponse> page() {
        return file("index.html");
    }

    /// @param name without folders
    static Optional<HttpResponse> file(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
            if (!plain) return Optional.empty();
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) return Optional.empty();
        try (InputStream from = Assets.class.getResourceAsStream(LIBRARIES.getOrDefault(name, "page/" + name))) {
            if (from == null) return Optional.empty();
            return Optional.of(HttpResponse.of(type, ByteBuffer.wrap(from.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
