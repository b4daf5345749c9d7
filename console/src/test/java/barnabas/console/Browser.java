package barnabas.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A real Chromium, driven over WebDriver (W3C) by the chromedriver that is installed beside it.
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final int WAIT_MILLIS_MAX = 90_000;

    private final Process driver;
    private final URI session;
    private final HttpClient client;

    private Browser(Process driver, URI session, HttpClient client) {
        this.driver = driver;
        this.session = session;
        this.client = client;
    }

    private static Optional<Path> program(String... names) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1))
            for (String name : names) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) return Optional.of(file);
            }
        return Optional.empty();
    }

    static boolean isInstalled() {
        return program("chromedriver").isPresent()
                && program("chromium", "google-chrome").isPresent();
    }

    /// @param profile a new folder
    static Browser open(Path profile) throws IOException, InterruptedException {
        Process driver = new ProcessBuilder(
                        program("chromedriver").orElseThrow().toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        var client = HttpClient.newHttpClient();
        try {
            URI base = URI.create("http://127.0.0.1:" + port(driver) + "/session");
            ObjectNode capabilities = JSON.createObjectNode();
            ObjectNode always = capabilities.putObject("capabilities").putObject("alwaysMatch");
            always.putObject("goog:loggingPrefs").put("browser", "ALL");
            always.putObject("timeouts").put("script", 4 * WAIT_MILLIS_MAX);
            ObjectNode options = always.putObject("goog:chromeOptions");
            options.put(
                    "binary", program("chromium", "google-chrome").orElseThrow().toString());
            for (String each : List.of(
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--lang=en",
                    "--user-data-dir=" + profile)) options.withArray("args").add(each);
            JsonNode opened = send(client, "POST", base, capabilities);
            return new Browser(
                    driver, URI.create(base + "/" + opened.at("/sessionId").asText()), client);
        } catch (IOException | RuntimeException e) {
            driver.destroy();
            throw e;
        }
    }

    private static int port(Process driver) throws IOException {
        var output = new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            int at = line.indexOf("on port ");
            if (line.contains("successfully") && at >= 0)
                return Integer.parseInt(line.substring(at + "on port ".length()).replace(".", ""));
        }
        throw new IOException("chromedriver names no port");
    }

    private static JsonNode send(HttpClient client, String method, URI uri, Object body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri)
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        JsonNode value = JSON.readTree(
                        client.send(request, BodyHandlers.ofString()).body())
                .at("/value");
        if (value.has("error")) throw new IOException(value.at("/message").asText());
        return value;
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return send(client, "POST", URI.create(session + path), body);
    }

    void go(String url) throws IOException, InterruptedException {
        post("/url", Map.of("url", url));
    }

    /// The value of a script in the page; it is not bound by the page's security policy.
    JsonNode run(String script) throws IOException, InterruptedException {
        return post("/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /// The value of a script that calls `done`.
    JsonNode runAsync(String script) throws IOException, InterruptedException {
        String begun = "const done = arguments[arguments.length - 1];" + script;
        return post("/execute/async", Map.of("script", begun, "args", List.of()));
    }

    /// Waits in the page until an expression is true.
    void await(String expression) throws IOException, InterruptedException {
        JsonNode held = runAsync("const end = Date.now() + " + WAIT_MILLIS_MAX + ";"
                + "(function look() { let holds = false; try { holds = Boolean(" + expression
                + "); } catch { holds = false; }"
                + "if (holds) done(true); else if (Date.now() > end) done(false); else setTimeout(look, 30); })();");
        if (!held.asBoolean()) throw new AssertionError("never true: " + expression + "\non " + text());
    }

    /// Waits until the page shows a text.
    void awaitText(String text) throws IOException, InterruptedException {
        await("document.body.innerText.includes(" + JSON.writeValueAsString(text) + ")");
    }

    String text() throws IOException, InterruptedException {
        return run("return location.href + '\\n' + document.body.innerText").asText();
    }

    private String element(String css) throws IOException, InterruptedException {
        await("document.querySelector(" + JSON.writeValueAsString(css) + ")");
        return post("/element", Map.of("using", "css selector", "value", css))
                .at("/" + ELEMENT)
                .asText();
    }

    private String named(String text) throws IOException, InterruptedException {
        String scope = "(document.querySelector('dialog[open]') ?? document)";
        await("[..." + scope + ".querySelectorAll('a, button')].some(each => each.innerText.trim() === "
                + JSON.writeValueAsString(text) + " && !each.disabled)");
        return run("return [..." + scope + ".querySelectorAll('a, button')].find(each => each.innerText.trim() === "
                        + JSON.writeValueAsString(text) + ")")
                .at("/" + ELEMENT)
                .asText();
    }

    /// Clicks a link or button by its text; one of the open dialog if there is one.
    void click(String text) throws IOException, InterruptedException {
        post("/element/" + named(text) + "/click", Map.of());
    }

    void clickAt(String css) throws IOException, InterruptedException {
        post("/element/" + element(css) + "/click", Map.of());
    }

    /// Types into an element, in the place of what is there. `\n` is the enter key.
    void type(String css, String text) throws IOException, InterruptedException {
        String element = element(css);
        post("/element/" + element + "/clear", Map.of());
        post("/element/" + element + "/value", Map.of("text", text.replace('\n', '\ue007')));
    }

    void resize(int width, int height) throws IOException, InterruptedException {
        post(
                "/goog/cdp/execute",
                Map.of(
                        "cmd",
                        "Emulation.setDeviceMetricsOverride",
                        "params",
                        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false)));
    }

    byte[] screenshot() throws IOException, InterruptedException {
        return Base64.getDecoder()
                .decode(send(client, "GET", URI.create(session + "/screenshot"), null)
                        .asText());
    }

    /// Lines of the console since the last call, without those of refused requests that a test causes.
    List<String> errors() throws IOException, InterruptedException {
        var errors = new ArrayList<String>();
        for (JsonNode each : post("/se/log", Map.of("type", "browser")))
            if (each.at("/level").asText().equals("SEVERE"))
                errors.add(each.at("/message").asText());
        return errors;
    }

    @Override
    public void close() throws IOException {
        try {
            send(client, "DELETE", session, null);
            driver.destroy();
            if (!driver.waitFor(10, TimeUnit.SECONDS)) driver.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.destroyForcibly();
        }
    }
}
