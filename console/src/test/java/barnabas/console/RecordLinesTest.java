package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Downloads of records: JSON lines of what the message browser shows, several pages together.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RecordLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RECORDS = 1_700;

    @TempDir
    private static Path data;

    private static ConsoleNode node;

    @BeforeAll
    static void fill() throws Exception {
        node = ConsoleNode.start(data);
        node.post("/topics", "{\"name\":\"saved\",\"partitions\":3}");
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrap()), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++)
                producer.send(new ProducerRecord<>("saved", i % 3, "k" + i, "{\"number\":" + i + "}"));
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static HttpResponse<String> lines(String query) throws Exception {
        return lines("saved", query);
    }

    private static HttpResponse<String> lines(String topic, String query) throws Exception {
        URI uri = URI.create(node.url("/api/v1/topics/" + topic + "/records?format=lines" + query));
        return node.client().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static List<JsonNode> records(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var records = new ArrayList<JsonNode>();
        for (String each : answer.body().lines().toList()) records.add(JSON.readTree(each));
        return records;
    }

    @Test
    void allRecordsAreThereOnceInBothOrders() throws Exception {
        for (String order : List.of("newest", "oldest")) {
            HttpResponse<String> answer = lines("&order=" + order);
            assertThat(answer.headers().firstValue("content-disposition"))
                    .hasValue("attachment; filename=\"saved.jsonl\"");
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-ndjson; charset=utf-8");
            assertThat(answer.headers().firstValue("barnabas-next")).isEmpty();
            List<JsonNode> records = records(answer);
            assertThat(records).hasSize(RECORDS);
            assertThat(records.stream().map(each -> each.at("/key/text").asText()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void onlyWhatTheFilterWants() throws Exception {
        String filter = URLEncoder.encode("value.number >= 1500 and partition == 2", StandardCharsets.UTF_8);
        List<JsonNode> records = records(lines("&filter=" + filter));
        assertThat(records).hasSize(66);
        for (JsonNode each : records) {
            assertThat(each.at("/partition").asInt()).isEqualTo(2);
            assertThat(JSON.readTree(each.at("/value/text").asText())
                            .at("/number")
                            .asInt())
                    .isGreaterThanOrEqualTo(1_500);
        }
    }

    @Test
    void theRestBeginsWhereALimitedDownloadEnds() throws Exception {
        HttpResponse<String> first = lines("&order=oldest&limit=700");
        String next = first.headers().firstValue("barnabas-next").orElseThrow();
        var keys = new ArrayList<String>();
        records(first).forEach(each -> keys.add(each.at("/key/text").asText()));
        assertThat(keys).hasSize(700);
        records(lines("&order=oldest&at=" + next))
                .forEach(each -> keys.add(each.at("/key/text").asText()));
        assertThat(keys).hasSize(RECORDS).doesNotHaveDuplicates();
    }

    @Test
    void theAnswerEndsWithTheRecordThatReachesItsLimitOfBytes() throws Exception {
        node.post("/topics", "{\"name\":\"wide\",\"partitions\":2}");
        String quotes = "\"".repeat(16 << 10);
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrap()), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 700; i++) producer.send(new ProducerRecord<>("wide", i % 2, "k" + i, quotes));
        }
        for (String order : List.of("newest", "oldest")) {
            HttpResponse<String> first = lines("wide", "&order=" + order);
            assertThat(first.body().length()).isBetween(16 << 20, (16 << 20) + (40 << 10));
            String next = first.headers().firstValue("barnabas-next").orElseThrow();
            HttpResponse<String> second = lines("wide", "&order=" + order + "&at=" + next);
            assertThat(second.headers().firstValue("barnabas-next")).isEmpty();
            var keys = new ArrayList<String>();
            for (HttpResponse<String> each : List.of(first, second))
                records(each).forEach(record -> keys.add(record.at("/key/text").asText()));
            assertThat(keys).hasSize(700).doesNotHaveDuplicates();
        }
    }

    @Test
    void wrongOnesAreRefused() throws Exception {
        assertThat(lines("&limit=10001").statusCode()).isEqualTo(400);
        assertThat(lines("&order=oldest&wait=1").statusCode()).isEqualTo(400);
        assertThat(node.get("/topics/saved/records?format=csv").message()).isEqualTo("format is json or lines");
    }
}
