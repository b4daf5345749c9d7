package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Users of REST are the cluster's, and those of other web sites are refused.
@Timeout(120)
class AccessTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path data;

    private static Barnabas broker;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners",
                "SASL_PLAINTEXT://127.0.0.1:0",
                "inter.broker.listener.name",
                "SASL_PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_sql=\"sql-secret\""
                        + " user_reader=\"a\\\"b\\\\c\" user_writer=\"w\" user_other=\"o\";",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:sql",
                "log.dirs",
                data.toString(),
                "offsets.topic.num.partitions",
                "1",
                "transaction.state.log.num.partitions",
                "1"));
        service = SqlService.start(null, "127.0.0.1:0", settings());
        try (Admin admin = Admin.create(settings())) {
            admin.createAcls(List.of(acl("reader", AclOperation.READ), acl("writer", AclOperation.WRITE)))
                    .all()
                    .get();
        }
    }

    private static AclBinding acl(String user, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "_barnabas-sql-default_definitions", PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    private static Properties settings() {
        var settings = new Properties();
        settings.setProperty(
                "bootstrap.servers",
                "127.0.0.1:" + broker.address("SASL_PLAINTEXT").getPort());
        settings.setProperty("security.protocol", "SASL_PLAINTEXT");
        settings.setProperty("sasl.mechanism", "PLAIN");
        settings.setProperty(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"sql\""
                        + " password=\"sql-secret\";");
        settings.setProperty("authentication.skip.paths", "/healthcheck");
        return settings;
    }

    @AfterAll
    static void end() {
        service.close();
        broker.close();
    }

    private static HttpResponse<String> ask(String path, String user, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url() + path));
        if (!user.isEmpty())
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        if (!body.isEmpty()) request.POST(BodyPublishers.ofString(body));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static int status(String path, String user, String body) throws Exception {
        return ask(path, user, body).statusCode();
    }

    @Test
    void usersAreThoseOfTheCluster() throws Exception {
        HttpResponse<String> none = ask("/info", "", "");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"ksql\"");
        for (String wrong : List.of("reader:x", "reader:", "nobody:o", "sql:a\" x=\"b", "sql:sql-secret\n"))
            for (String path : List.of("/info", "/query", "/nothing"))
                assertThat(status(path, wrong, "")).as(wrong + " " + path).isEqualTo(401);
        assertThat(ask("/info", "reader:a\"b\\c", "").body()).contains("KsqlServerInfo");
        assertThat(status("/info", "other:o", "")).isEqualTo(403);
        assertThat(status("/healthcheck", "", "")).isEqualTo(200);
        assertThat(status("/healthcheck", "", "{}")).isEqualTo(401);
    }

    @Test
    void changesNeedMoreThanReading() throws Exception {
        String show = "{\"ksql\": \"SHOW STREAMS;\"}";
        String create = "{\"ksql\": \"CREATE TYPE %s AS STRUCT<a INT>;\"}";
        String reader = "reader:a\"b\\c";
        assertThat(status("/ksql", reader, show)).isEqualTo(200);
        assertThat(status("/ksql", reader, create.formatted("one"))).isEqualTo(403);
        for (String each : List.of("PAUSE ALL;", "SHOW TYPES; DROP TYPE IF EXISTS one;", "TERMINATE ALL;"))
            assertThat(status("/ksql", reader, "{\"ksql\": \"" + each + "\"}"))
                    .as(each)
                    .isEqualTo(403);
        assertThat(status("/ksql/terminate", reader, "{}")).isEqualTo(403);
        assertThat(status("/inserts-stream", reader, "{\"target\":\"x\"}")).isEqualTo(403);
        assertThat(status("/ksql", "writer:w", create.formatted("two"))).isEqualTo(200);
        assertThat(status("/ksql", "writer:w", show)).isEqualTo(200);
    }

    @Test
    void otherNamesOfTheServerAreRefused() throws Exception {
        for (String host : List.of("evil.example", "localhost", "127.0.0.1:1", "")) {
            URI url = URI.create(service.url());
            try (var socket = new Socket(url.getHost(), url.getPort());
                    var in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                socket.getOutputStream()
                        .write(("GET /healthcheck HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                String status = in.readLine();
                boolean known = host.equals("localhost") || host.startsWith("127.");
                assertThat(status).as(host).startsWith(known ? "HTTP/1.1 200" : "HTTP/1.1 4");
            }
        }
    }

    @Test
    void settingsThatLeaveTheDoorOpenAreRefused() {
        var plain = new Properties();
        plain.setProperty("authentication.method", "BASIC");
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", plain)).hasMessageContaining("SASL");
        Properties kerberos = settings();
        kerberos.setProperty("sasl.mechanism", "GSSAPI");
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", kerberos))
                .hasMessageContaining("barnabas.sql.login.mechanism");
        Properties method = settings();
        method.setProperty("authentication.method", "DIGEST");
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", method))
                .hasMessageContaining("authentication.method");
    }

    @Test
    void wrongNumbersAreRefusedAtTheStart() {
        var settings = new Properties();
        settings.setProperty("ksql.streams.num.stream.threads", "many");
        settings.setProperty("ksql.streams.consumer.max.poll.records", "-7");
        settings.setProperty("retry.backoff.ms", "x");
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", settings))
                .hasMessageContaining("ksql.streams.num.stream.threads")
                .hasMessageContaining("ksql.streams.consumer.max.poll.records")
                .hasMessageContaining("retry.backoff.ms");
    }
}
