package barnabas.sql.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command from its arguments to the requests that it sends.
class PromptToolTest {
    @TempDir
    Path directory;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private String rest;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        rest = "127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!path.equals("/info")) requests.add(path + " " + body);
        boolean refused = body.contains("NOTHING");
        String answer = refused
                ? "{\"@type\": \"statement_error\", \"error_code\": 40001, \"message\": \"NOTHING does not exist\"}"
                : answer(path);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(refused ? 400 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String answer(String path) {
        return switch (path) {
            case "/query-stream" ->
                "{\"queryId\": \"q\", \"columnNames\": [\"A\"], \"columnTypes\": [\"INTEGER\"]}\n[1]\n[2.50]\n";
            case "/ksql" -> "[{\"@type\": \"currentStatus\", \"commandStatus\": {\"message\": \"done\"}}]";
            default -> "{}";
        };
    }

    private record Run(int code, String out, String err) {}

    private Run run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = PromptTool.run(new PrintWriter(out), new PrintWriter(err), List.of(arguments), directory);
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    void statementsOfArgumentsAndFilesAreSent() throws IOException {
        Path file = directory.resolve("a.sql");
        Files.writeString(file, "CREATE STREAM A;\nSELECT * FROM A;");
        Run run = run("--rest", rest, "-f", file.toString(), "-e", "SET 'a' = 'b'; DROP STREAM A;", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("\"message\" : \"done\"", "[1]\n[2.50]\n");
        assertThat(requests)
                .containsExactly(
                        "/ksql {\"ksql\":\"CREATE STREAM A;\",\"streamsProperties\":{},\"sessionVariables\":{}}",
                        "/query-stream {\"sql\":\"SELECT * FROM A;\",\"properties\":{},\"sessionVariables\":{}}",
                        "/ksql {\"ksql\":\"DROP STREAM A;\",\"streamsProperties\":{\"a\":\"b\"},\"sessionVariables\":{}}");
    }

    @Test
    void refusedStatementEndsWithOneAndItsMessage() {
        for (String each : List.of("DROP STREAM NOTHING;", "SELECT * FROM NOTHING;", "PRINT NOTHING;")) {
            Run run = run("--rest", rest, "-e", each);
            assertThat(run.code()).as(each).isEqualTo(1);
            assertThat(run.err()).isEqualTo("Error: NOTHING does not exist\n");
        }
    }

    @Test
    void missingServiceIsNamed() {
        server.stop(0);
        Run run = run("--rest", rest, "-e", "SHOW STREAMS;");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no service answers at http://" + rest, "barnabas sql server");
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThat(run("--nothing").err()).contains("unknown argument '--nothing'");
        assertThat(run("-e").err()).contains("-e needs a value");
        assertThat(run("--rest", "nowhere").err()).contains("--rest takes HOST:PORT");
        assertThat(run("--rest", "nowhere").code()).isEqualTo(2);
    }

    @Test
    void serviceIsStartedByTheScriptOrItsClassPath() {
        URI at = URI.create("http://localhost:8088");
        assertThat(ServiceProcess.command("/opt/bin/barnabas", "x:1", at))
                .containsExactly(
                        "/opt/bin/barnabas",
                        "sql",
                        "server",
                        "--stop-with-input",
                        "-b",
                        "x:1",
                        "--rest",
                        "localhost:8088");
        assertThat(ServiceProcess.command(null, "x:1", at))
                .containsSubsequence(
                        "-cp", System.getProperty("java.class.path"), "barnabas.cli.Main", "sql", "server");
    }

    @Test
    void statementGoesOnUntilItsSemicolon() {
        var lines = new StatementLines();
        for (String open : List.of("SELECT", "SELECT ';", "SELECT 1 -- ;", "SELECT `;", "SELECT 1; SELECT 2"))
            assertThatThrownBy(() -> lines.parse(open, 0, ParseContext.ACCEPT_LINE))
                    .as(open)
                    .isInstanceOf(EOFError.class);
        for (String complete : List.of("", "SELECT 1;", "SELECT 1; -- no more", "SELECT ';' ;  ", "exit", "QUIT;"))
            assertThat(lines.parse(complete, 0, ParseContext.ACCEPT_LINE))
                    .as(complete)
                    .isNotNull();
        assertThat(lines.parse("SELECT ab, cd", 9, ParseContext.COMPLETE).word())
                .isEqualTo("ab");
        assertThat(lines.parse("SELECT ", 7, ParseContext.COMPLETE).word()).isEmpty();
    }

    @Test
    void wordsAndNamesComplete() {
        var completions = new Completions(new RestClient(URI.create("http://" + rest)));
        assertThat(completions.of("STREA")).containsExactly("STREAM", "STREAMS");
        assertThat(completions.of("strea")).containsExactly("stream", "streams");
        assertThat(requests).hasSize(4);
    }
}
