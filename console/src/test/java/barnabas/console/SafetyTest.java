package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.config.MonitoringConfig.Console;
import barnabas.console.ConsoleNode.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that the console must refuse, and users that it must tell apart.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SafetyTest {
    @TempDir
    private Path data;

    /// Sends a request as it is; a client library would not send all of them.
    ///
    /// @param request lines without their ends; the connection ends after the answer
    private static String raw(ConsoleNode node, String... request) throws Exception {
        return raw(node, "", request);
    }

    private static String raw(ConsoleNode node, String body, String[] request) throws Exception {
        URI url = URI.create(node.url("/"));
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(20_000);
            String text = String.join("\r\n", request) + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void unknownHostNamesAreRefused() throws Exception {
        try (var node = ConsoleNode.start(data, Map.of("barnabas.console.hosts", "Console.Example"))) {
            for (String known : List.of(
                    "localhost:9644",
                    "127.0.0.1",
                    "[::1]:9644",
                    "192.168.1.20:80",
                    "console.example:9644",
                    "LOCALHOST"))
                assertThat(raw(node, "GET /api/v1/overview HTTP/1.1", "Host: " + known))
                        .as(known)
                        .startsWith("HTTP/1.1 200");
            for (String unknown : List.of(
                    "evil.example",
                    "localhost.evil.example:9644",
                    "127.0.0.1.evil.example",
                    "1.2.3",
                    "[evil]",
                    "1.2.3.4.5"))
                for (String path : List.of("/", "/api/v1/overview"))
                    assertThat(raw(node, "GET " + path + " HTTP/1.1", "Host: " + unknown))
                            .as(unknown)
                            .startsWith("HTTP/1.1 421");
            assertThat(raw(node, "GET /api/v1/overview HTTP/1.1")).startsWith("HTTP/1.1 421");
        }
    }

    @Test
    void changesOfOtherSitesAreRefused() throws Exception {
        try (var node = ConsoleNode.start(data)) {
            String[] change = {"DELETE /api/v1/topics/t HTTP/1.1", "Host: localhost:1", "Content-Type: application/json"
            };
            assertThat(raw(node, with(change, "Origin: http://evil.example"))).contains("CROSS_SITE_REQUEST");
            assertThat(raw(node, with(change, "Origin: null"))).contains("CROSS_SITE_REQUEST");
            assertThat(raw(node, with(change, "Sec-Fetch-Site: cross-site"))).contains("CROSS_SITE_REQUEST");
            assertThat(raw(node, with(change, "Sec-Fetch-Site: same-site"))).contains("CROSS_SITE_REQUEST");
            assertThat(raw(node, with(change, "Origin: http://localhost:1", "Sec-Fetch-Site: same-origin")))
                    .contains("UNKNOWN_TOPIC_OR_PARTITION");
            // a form can send these types from any site without asking
            for (String type :
                    List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"))
                assertThat(raw(
                                node,
                                "POST /api/v1/topics HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: " + type,
                                "Content-Length: 0"))
                        .contains("UNSUPPORTED_MEDIA_TYPE");
            assertThat(raw(node, "OPTIONS /api/v1/topics HTTP/1.1", "Host: localhost", "Origin: http://evil.example"))
                    .doesNotContain("Access-Control");
        }
    }

    private static String[] with(String[] lines, String... more) {
        var all = new ArrayList<>(List.of(lines));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/topics/orders",
        "/console/app.js",
        "/console/uplot.js",
        "/api/v1/overview",
        "/api/v1/none",
        "/console/none.js"
    })
    void answersForbidFramesScriptsAndSniffing(String path) throws Exception {
        try (var node = ConsoleNode.start(data)) {
            var response = node.client()
                    .send(HttpRequest.newBuilder(URI.create(node.url(path))).build(), BodyHandlers.ofString());
            var headers = response.headers();
            assertThat(headers.firstValue("content-security-policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'")
                            .contains("frame-ancestors 'none'")
                            .doesNotContain("unsafe"));
            assertThat(headers.firstValue("x-frame-options")).hasValue("DENY");
            assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(headers.firstValue("referrer-policy")).hasValue("no-referrer");
            assertThat(response.body()).doesNotContain("onclick=", "<script>", "style=");
        }
    }

    @Test
    void readOnlyConsoleChangesNothing() throws Exception {
        try (var node = ConsoleNode.start(data, Map.of("barnabas.console.read.only", "true"))) {
            assertThat(node.get("/session").body().at("/readOnly").asBoolean()).isTrue();
            assertThat(node.get("/topics").status()).isEqualTo(200);
            assertThat(node.post("/topics", "{\"name\":\"t\"}").code()).isEqualTo("READ_ONLY");
            assertThat(node.put("/topics/t/configs", "{}").code()).isEqualTo("READ_ONLY");
            assertThat(node.delete("/groups/g").code()).isEqualTo("READ_ONLY");
            assertThat(node.get("/topics/t").status()).isEqualTo(404);
        }
    }

    @Test
    void readOnlyHoldsForEachOperationAndForMethodsThatDoNotExist() throws Exception {
        try (var node = ConsoleNode.start(data, Map.of("barnabas.console.read.only", "true"))) {
            int changes = 0;
            for (Map.Entry<String, JsonNode> path :
                    node.get("/openapi.json").body().at("/paths").properties())
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    String below = path.getKey().substring("/api/v1".length()).replaceAll("\\{\\w+}", "1");
                    if (operation.getKey().equals("get") || below.equals("/session")) continue;
                    changes++;
                    String method = operation.getKey().toUpperCase(Locale.ROOT);
                    assertThat(node.send(method, below, "{}").code())
                            .as(method + " " + below)
                            .isEqualTo("READ_ONLY");
                }
            assertThat(changes).isGreaterThan(15);
            for (String method : List.of("PATCH", "post", "PROPFIND", "X"))
                assertThat(raw(
                                node,
                                method + " /api/v1/topics HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json",
                                "X-HTTP-Method-Override: POST"))
                        .as(method)
                        .startsWith("HTTP/1.1 403");
            assertThat(raw(node, "GET /api/v1/topics HTTP/1.1", "Host: localhost", "X-HTTP-Method-Override: POST"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    private static void addUser(Admin admin, String name, String password) throws Exception {
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096);
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(name, credential, password)))
                .all()
                .get();
    }

    @Test
    void aTailEndsWithTheRightToRead() throws Exception {
        try (var node = ConsoleNode.start(data, guarded());
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
            addUser(admin, "alice", "one");
            admin.createTopics(List.of(new NewTopic("seen", 1, (short) 1)))
                    .all()
                    .get();
            var right = new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, "seen", PatternType.LITERAL),
                    new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
            admin.createAcls(List.of(right)).all().get();
            assertThat(node.login("alice", "one").status()).isEqualTo(200);
            Answer before = node.get("/topics/seen/records?order=oldest&wait=0");
            assertThat(before.status()).as(before.body().toString()).isEqualTo(200);
            var tail = new FutureTask<>(() -> node.get("/topics/seen/records?order=oldest&wait=25"));
            Thread.ofVirtual().start(tail);
            admin.deleteAcls(List.of(right.toFilter())).all().get();
            Answer after = tail.get();
            assertThat(after.status()).as(after.body().toString()).isIn(403, 404);
        }
    }

    @Test
    void consoleThatIsOffShowsNothing() throws Exception {
        try (var node = ConsoleNode.start(data, Map.of("barnabas.console.enable", "false"))) {
            assertThat(node.get("/topics").code()).isEqualTo("CONSOLE_DISABLED");
            assertThat(raw(node, "GET /metrics HTTP/1.1", "Host: x")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void usersLogInAndHaveTheRightsOfTheirAcls() throws Exception {
        try (var node = ConsoleNode.start(data, guarded())) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
                for (String name : List.of("alice", "boss")) addUser(admin, name, name + "-secret");
                for (String name : List.of("seen", "hidden"))
                    admin.createTopics(List.of(new NewTopic(name, 1, (short) 1)))
                            .all()
                            .get();
                admin.createAcls(List.of(new AclBinding(
                                new ResourcePattern(ResourceType.TOPIC, "seen", PatternType.LITERAL),
                                new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW))))
                        .all()
                        .get();
            }
            assertThat(node.get("/session").body().at("/loginNeeded").asBoolean())
                    .isTrue();
            assertThat(node.get("/topics").code()).isEqualTo("LOGIN_REQUIRED");
            assertThat(node.get("/openapi.json").status()).isEqualTo(401);
            assertThat(node.post("/topics", "{\"name\":\"x\"}").status()).isEqualTo(401);
            Answer wrong = node.login("alice", "guess");
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.code()).isEqualTo("LOGIN_FAILED");
            assertThat(node.get("/topics").status()).isEqualTo(401);

            Answer login = node.login("alice", "alice-secret");
            assertThat(login.status()).as(login.body().toString()).isEqualTo(200);
            assertThat(login.whole().headers().firstValue("set-cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie).contains("HttpOnly", "SameSite=Strict"));
            assertThat(node.get("/session").body().at("/user").asText()).isEqualTo("alice");
            assertThat(node.get("/topics").body().at("/total").asInt()).isEqualTo(1);
            assertThat(node.get("/topics/seen/records").status()).isEqualTo(200);
            assertThat(node.get("/topics/hidden/records").status()).isIn(403, 404);
            Answer forbidden = node.post("/topics/seen/records", "{\"value\":\"x\"}");
            assertThat(forbidden.status()).as(forbidden.body().toString()).isEqualTo(403);
            assertThat(node.delete("/topics/seen").status()).isEqualTo(403);
            assertThat(node.get("/cluster/acls").status()).isEqualTo(403);

            node.login("boss", "boss-secret");
            assertThat(node.get("/topics").body().at("/total").asInt()).isEqualTo(2);
            assertThat(node.get("/cluster/acls").body().at("/items/0/principal").asText())
                    .isEqualTo("User:alice");
            assertThat(node.get("/cluster/users").whole().body())
                    .contains("alice")
                    .doesNotContain("salt", "secret");
            assertThat(node.delete("/session").status()).isEqualTo(200);
            assertThat(node.get("/topics").status()).isEqualTo(401);
        }
    }

    @Test
    void sessionsEndWithTheirUsers() throws Exception {
        try (var node = ConsoleNode.start(data, guarded());
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
            addUser(admin, "boss", "one");
            assertThat(node.login("boss", "one").status()).isEqualTo(200);
            assertThat(node.get("/topics").status()).isEqualTo(200);
            admin.alterUserScramCredentials(
                            List.of(new UserScramCredentialDeletion("boss", ScramMechanism.SCRAM_SHA_256)))
                    .all()
                    .get();
            // the connections of the session are still open
            Answer answer;
            do answer = node.get("/topics");
            while (answer.status() == 200);
            assertThat(answer.code()).isEqualTo("LOGIN_REQUIRED");
            assertThat(node.get("/session").body().at("/loggedIn").asBoolean()).isFalse();
        }
    }

    /// A secret that someone has put into the browser before the login is worth nothing behind it.
    @Test
    void aLoginMakesANewSessionAndEndsTheOneBefore() throws Exception {
        try (var node = ConsoleNode.start(data, guarded());
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
            addUser(admin, "boss", "one");
            String login = "{\"user\":\"boss\",\"password\":\"one\"}";
            String[] post = {
                "POST /api/v1/session HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + login.length()
            };
            String planted = "barnabas_session=" + "0".repeat(64);
            String first = cookie(raw(node, login, with(post, "Cookie: " + planted)));
            assertThat(first).isNotEqualTo(planted);
            assertThat(isLoggedIn(node, planted)).isFalse();
            assertThat(isLoggedIn(node, first)).isTrue();
            String second = cookie(raw(node, login, with(post, "Cookie: " + first)));
            assertThat(isLoggedIn(node, second)).isTrue();
            assertThat(isLoggedIn(node, first)).isFalse();
            for (int i = 0; i < 20; i++) raw(node, login, post);
            assertThat(isLoggedIn(node, second)).as("the oldest of too many").isFalse();
        }
    }

    private static String cookie(String response) {
        assertThat(response).startsWith("HTTP/1.1 200").containsIgnoringCase("set-cookie: barnabas_session=");
        int at = response.indexOf("barnabas_session=");
        return response.substring(at, response.indexOf(';', at));
    }

    private static boolean isLoggedIn(ConsoleNode node, String cookie) throws Exception {
        return raw(node, "GET /api/v1/topics HTTP/1.1", "Host: localhost", "Cookie: " + cookie)
                .startsWith("HTTP/1.1 200");
    }

    /// The anonymous user is a super user, so that a console that came in without login would be noticed.
    static Map<String, String> guarded() {
        return Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-256",
                "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:boss;User:ANONYMOUS");
    }

    @Test
    void requestsOfOtherMachinesAreRefusedUnlessAsked() throws Exception {
        var gate = new RequestGate(new Console(true, false, false, List.of()));
        var open = new RequestGate(new Console(true, false, true, List.of()));
        var request = new barnabas.net.http.HttpRequest(
                "GET",
                "/",
                "/",
                "",
                Map.of("host", "10.0.0.1:9644"),
                ByteBuffer.allocate(0),
                InetAddress.getByName("10.0.0.7"),
                false);
        open.check(request);
        assertThatThrownBy(() -> gate.check(request)).hasMessageContaining("barnabas.console.remote.enable");
    }

    @Test
    void numbersOfABodyAreNotWrittenOut() throws Exception {
        try (var node = ConsoleNode.start(data)) {
            assertThat(node.post("/topics", "{\"name\":\"t\",\"configs\":{\"retention.ms\":1e999999999}}")
                            .code())
                    .isEqualTo("INVALID_CONFIG");
            assertThat(node.post("/topics", "{\"name\":\"t\",\"more\":[" + "{},".repeat(100_000) + "1]}")
                            .message())
                    .contains("too many values");
            assertThat(node.get("/topics").body().at("/total").asInt()).isZero();
        }
    }

    @Test
    void waitingTailsLeavePlacesForHealthAndMetrics() throws Exception {
        var tails = new ArrayList<Socket>();
        try (var node = ConsoleNode.start(data)) {
            node.post("/topics", "{\"name\":\"t\"}");
            String tail = "GET /api/v1/topics/t/records?order=oldest&wait=25 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            URI url = URI.create(node.url("/"));
            int refused = 0;
            while (refused == 0) {
                assertThat(tails.size()).as("tails that wait").isLessThan(60);
                var socket = new Socket(url.getHost(), url.getPort());
                socket.setSoTimeout(300);
                socket.getOutputStream().write(tail.getBytes(StandardCharsets.UTF_8));
                tails.add(socket);
                if (tails.size() <= 56) continue;
                try {
                    var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
                    assertThat(status).isEqualTo("HTTP/1.1 503");
                    refused++;
                } catch (SocketTimeoutException waits) {
                    // one of those before it was not read yet
                }
            }
            for (String path : List.of("/health/ready", "/metrics"))
                assertThat(raw(node, "GET " + path + " HTTP/1.1", "Host: localhost"))
                        .startsWith("HTTP/1.1 200");
        } finally {
            for (Socket each : tails) each.close();
        }
    }
}
