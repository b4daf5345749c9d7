package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.registry.FakeRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A service with a schema registry.
@Timeout(120)
class RegistryServiceTest {
    @TempDir
    static Path data;

    private static Barnabas broker;
    private static FakeRegistry registry;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = SqlNode.start(data);
        registry = new FakeRegistry();
        var settings = new Properties();
        settings.setProperty("ksql.schema.registry.url", registry.url());
        settings.setProperty("ksql.schema.registry.basic.auth.credentials.source", "USER_INFO");
        settings.setProperty("ksql.schema.registry.basic.auth.user.info", "sql:secret");
        service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings);
    }

    @AfterAll
    static void end() {
        service.close();
        registry.close();
        broker.close();
    }

    private static HttpResponse<String> post(String path, String field, String text) throws Exception {
        return SqlNode.post(service, path, field, text);
    }

    private static String run(String statements) throws Exception {
        HttpResponse<String> response = post("/ksql", "ksql", statements);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static List<String> rows(String select) throws Exception {
        HttpResponse<String> response = post("/query-stream", "sql", select);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().skip(1).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVRO", "JSON_SR", "PROTOBUF"})
    void schemasAreRegisteredAndColumnsComeFromThem(String format) throws Exception {
        String name = format.toLowerCase();
        run(
                "CREATE STREAM %1$s_in (id INT KEY, a STRING, b ARRAY<DOUBLE>) WITH (KAFKA_TOPIC='%1$s_in', VALUE_FORMAT='%2$s', PARTITIONS=1);"
                        .formatted(name, format));
        assertThat(registry.subjects()).contains(name + "_in-value").doesNotContain(name + "_in-key");
        run("CREATE TABLE %1$s_out WITH (KEY_FORMAT='%2$s') AS SELECT a, COUNT(*) AS n FROM %1$s_in GROUP BY a;"
                .formatted(name, format));
        assertThat(registry.subjects()).contains(name.toUpperCase() + "_OUT-value", name.toUpperCase() + "_OUT-key");
        run("INSERT INTO %1$s_in VALUES (1, 'x', ARRAY[1.5, 2]); INSERT INTO %1$s_in VALUES (2, 'x', NULL);"
                .formatted(name));
        run("CREATE STREAM %1$s_again WITH (KAFKA_TOPIC='%1$s_in', VALUE_FORMAT='%2$s', KEY_FORMAT='NONE');"
                .formatted(name, format));
        assertThat(rows("SELECT * FROM " + name + "_again WHERE ARRAY_LENGTH(b) > 0 EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"x\",[1.5,2.0]]");
        HttpResponse<String> printed =
                post("/query", "ksql", "PRINT '" + name + "_in' FROM BEGINNING INTERVAL 1 LIMIT 1;");
        assertThat(printed.body())
                .contains("Value format: " + format, "value: {\"A\":\"x\",\"B\":[1.5,2.0]}, partition: 0");
        assertThat(rows("SELECT * FROM " + name + "_out WHERE n > 1 EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"x\",2]");
        run("TERMINATE ALL;");
    }

    @Test
    void schemasAreNamedByTheirIds() throws Exception {
        String schema = """
                {"type":"record","name":"Page","fields":[{"name":"page_name","type":"string"},{"name":"TS","type":["null","int"],"default":null},
                {"name":"title","type":"string","default":"none"}]}""";
        int id = registry.add("elsewhere", "AVRO", schema);
        registry.add("id_in-value", "AVRO", "{\"type\":\"record\",\"name\":\"Old\",\"fields\":[]}");
        run(
                "CREATE STREAM id_in (k INT KEY) WITH (KAFKA_TOPIC='id_in', VALUE_FORMAT='AVRO', VALUE_SCHEMA_ID=%d, PARTITIONS=1);"
                        .formatted(id));
        assertThat(registry.latest("id_in-value")).isEqualTo(schema);
        run("INSERT INTO id_in (k, `page_name`, `title`) VALUES (1, 'a', 'b');");
        run("CREATE STREAM id_out WITH (VALUE_SCHEMA_ID=%d) AS SELECT k, `page_name`, TS FROM id_in;".formatted(id));
        assertThat(registry.latest("ID_OUT-value")).isEqualTo(schema);
        run("CREATE STREAM id_read WITH (KAFKA_TOPIC='ID_OUT', KEY_FORMAT='NONE', VALUE_FORMAT='AVRO');");
        assertThat(rows("SELECT * FROM id_read EMIT CHANGES LIMIT 1;")).containsExactly("[\"a\",null,\"none\"]");
        for (String wrong : new String[] {
            "CREATE STREAM id_no WITH (VALUE_SCHEMA_ID=%d) AS SELECT k, TS FROM id_in;".formatted(id),
            "CREATE STREAM id_no WITH (VALUE_SCHEMA_ID=12345) AS SELECT k, TS FROM id_in;",
            "CREATE STREAM id_no WITH (KAFKA_TOPIC='id_in', VALUE_FORMAT='PROTOBUF', VALUE_SCHEMA_ID=%d);".formatted(id)
        }) {
            HttpResponse<String> refused = post("/ksql", "ksql", wrong);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        }
        assertThat(registry.subjects()).doesNotContain("ID_NO-value");
        run("TERMINATE ALL;");
    }

    @Test
    void schemasHaveTheirFullNames() throws Exception {
        run("CREATE STREAM full_in (k INT KEY, a STRING) WITH (KAFKA_TOPIC='full_in', VALUE_FORMAT='AVRO',"
                + " VALUE_SCHEMA_FULL_NAME='my.space.Click', PARTITIONS=1);"
                + "CREATE STREAM full_out WITH (FORMAT='PROTOBUF', VALUE_SCHEMA_FULL_NAME='other.Page',"
                + " KEY_SCHEMA_FULL_NAME='K') AS SELECT * FROM full_in;"
                + "INSERT INTO full_in VALUES (1, 'x');");
        assertThat(registry.latest("full_in-value"))
                .contains("\"name\":\"Click\"")
                .contains("\"namespace\":\"my.space\"");
        assertThat(registry.latest("FULL_OUT-value")).contains("package other;").contains("message Page {");
        assertThat(registry.latest("FULL_OUT-key")).contains("message K {");
        assertThat(rows("SELECT * FROM full_out EMIT CHANGES LIMIT 1;")).containsExactly("[1,\"x\"]");
        run("TERMINATE ALL;");
    }

    /// A schema of PROTOBUF may have several messages.
    @Test
    void theFullNameChoosesAMessage() throws Exception {
        registry.add("two-value", "PROTOBUF", """
                syntax = "proto3"; package p;
                message One { int32 a = 1; }
                message Two { string b = 1; int64 c = 2; }""");
        String stream = "CREATE STREAM two%d (k INT KEY) WITH (KAFKA_TOPIC='two', VALUE_FORMAT='PROTOBUF',"
                + " VALUE_SCHEMA_FULL_NAME='%s', PARTITIONS=1);";
        run(stream.formatted(2, "p.Two") + "INSERT INTO two2 (k, b, c) VALUES (1, 'x', 5);");
        assertThat(rows("SELECT * FROM two2 EMIT CHANGES LIMIT 1;")).containsExactly("[1,\"x\",5]");
        run(stream.formatted(1, "One"));
        assertThat(run("DESCRIBE two1;")).contains("\"A\"").doesNotContain("\"B\"");
        HttpResponse<String> none = post("/ksql", "ksql", stream.formatted(3, "p.Three"));
        assertThat(none.statusCode()).as(none.body()).isEqualTo(400);
    }

    @Test
    void topicsWithoutASchemaAndRefusedOnesAreNamed() throws Exception {
        HttpResponse<String> none = post(
                "/ksql", "ksql", "CREATE STREAM none WITH (KAFKA_TOPIC='none', VALUE_FORMAT='AVRO', PARTITIONS=1);");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("does not exist in the Schema Registry");
        registry.close("refused-value");
        HttpResponse<String> refused = post(
                "/ksql",
                "ksql",
                "CREATE STREAM r (a INT) WITH (KAFKA_TOPIC='refused', VALUE_FORMAT='AVRO', PARTITIONS=1);");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("refused-value", "incompatible");
        assertThat(run("SHOW STREAMS;")).doesNotContain("\"R\"", "\"NONE\"");
        assertThat(run("SHOW TOPICS;")).doesNotContain("\"refused\"", "\"none\"");
        assertThat(new String(Base64.getDecoder().decode(registry.login().substring("Basic ".length()))))
                .isEqualTo("sql:secret");
    }

    @Test
    void aRefusedSchemaLeavesNeitherATopicNorTheSchemaOfTheKey() throws Exception {
        run("CREATE STREAM kept (k STRING KEY, a INT) WITH (KAFKA_TOPIC='kept', VALUE_FORMAT='JSON', PARTITIONS=1);");
        registry.add("half-value", "AVRO", "\"string\"");
        registry.close("half-value");
        HttpResponse<String> refused = post(
                "/ksql", "ksql", "CREATE STREAM half WITH (KAFKA_TOPIC='half', FORMAT='AVRO') AS SELECT * FROM kept;");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("half-value", "incompatible");
        assertThat(run("SHOW TOPICS;")).doesNotContain("\"half\"").contains("\"kept\"");
        assertThat(registry.subjects()).doesNotContain("half-key");
    }

    @Test
    void aTopicThatTheClusterRefusesLeavesNoSchema() throws Exception {
        HttpResponse<String> refused = post(
                "/ksql",
                "ksql",
                "CREATE STREAM w (a INT) WITH (KAFKA_TOPIC='wide', VALUE_FORMAT='AVRO', PARTITIONS=1, REPLICAS=3);");
        assertThat(refused.statusCode()).isNotEqualTo(200);
        assertThat(registry.subjects()).doesNotContain("wide-value");
    }
}
