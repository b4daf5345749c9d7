package barnabas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.console.json.JsonTree;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Records with schemas in the console: shown and filtered as JSON. Offset 0 is Avro, 1 Protobuf, 2 JSON without a
/// schema, 3 has a schema that is not there.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ConsoleRecordsTest {
    private static final String AVRO =
            "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"total\",\"type\":\"int\"},{\"name\":\"who\",\"type\":\"string\"}]}";
    private static final String PROTOBUF = "syntax = \"proto3\"; message Paid { int32 total = 1; string who = 2; }";

    @TempDir
    private static Path data;

    private static RegistryNode node;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        node = RegistryNode.start(data);
        client = HttpClient.newHttpClient();
        register("orders-value", "AVRO", AVRO);
        register("paid-value", "PROTOBUF", PROTOBUF);
        register("orders-key", "AVRO", "\"string\"");
        post("/topics", "{\"name\":\"orders\",\"partitions\":1}");
        produce("00" + "00000003" + "06616e6e", "00" + "00000001" + "78" + "06616e6e");
        produce("00" + "00000003" + "06626f62", "00" + "00000002" + "00" + "0828" + "1203626f62");
        produce(hex("ann"), hex("{\"total\":70,\"who\":\"eve\"}"));
        produce("", "00" + "00000063" + "78");
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void register(String subject, String type, String schema) throws Exception {
        HttpResponse<String> answer = node.send(
                "POST", "/subjects/" + subject + "/versions", RegistryNode.submission(type, schema, List.of()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(node.broker().httpUrls().getFirst() + "/api/v1" + path));
    }

    private static void post(String path, String body) throws Exception {
        send(to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private static void produce(String key, String value) throws Exception {
        post(
                "/topics/orders/records",
                "{\"key\":" + (key.isEmpty() ? "null" : "\"" + key + "\"") + ",\"keyFormat\":\"hex\",\"value\":\""
                        + value + "\",\"valueFormat\":\"hex\"}");
    }

    private static List<Map<?, ?>> records(String parameter, String value) throws Exception {
        String query = parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        String body = send(to("/topics/orders/records?order=oldest&" + query)).body();
        var records = new ArrayList<Map<?, ?>>();
        if (JsonTree.parse(body.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> page
                && page.get("records") instanceof List<?> list)
            for (Object each : list) if (each instanceof Map<?, ?> record) records.add(record);
        return records;
    }

    private static String offsets(String parameter, String value) throws Exception {
        return String.join(
                " ",
                records(parameter, value).stream()
                        .map(each -> String.valueOf(each.get("offset")))
                        .toList());
    }

    @Test
    void dataOfSchemasIsShownAsJson() throws Exception {
        List<Map<?, ?>> records = records("limit", "10");
        assertThat(String.valueOf(records.get(0).get("value")))
                .contains("format=json")
                .contains("text={\"total\":60,\"who\":\"ann\"}")
                .contains("schemaId=1");
        assertThat(String.valueOf(records.get(0).get("key"))).contains("text=\"ann\"");
        assertThat(String.valueOf(records.get(1).get("value")))
                .contains("format=json")
                .contains("bob");
        assertThat(String.valueOf(records.get(3).get("value"))).contains("format=hex");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "filter | value.total > 50 | 0 2",
                "filter | value.total == 40 | 1",
                "filter | value.who == \"bob\" or value.who == \"eve\" | 1 2",
                "filter | value contains \"ann\" | 0",
                "filter | value startsWith \"{\" | 0 1 2",
                "filter | key == \"ann\" | 0 2",
                "filter | key startsWith \"b\" and value.total < 50 | 1",
                "filter | value.total == null | 3",
                "key | ann | 0 2",
                "key | \"bob\" | 1",
            })
    void filtersLookIntoDataOfSchemas(String parameter, String text, String expected) throws Exception {
        assertThat(offsets(parameter, text)).isEqualTo(expected);
    }
}
