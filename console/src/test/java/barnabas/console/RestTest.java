package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.console.ConsoleNode.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Answers of each resource of the REST interface, on one node that the official client uses besides.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RestTest {
    @TempDir
    private static Path data;

    private static ConsoleNode node;

    @BeforeAll
    static void start() throws Exception {
        node = ConsoleNode.start(data);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static void create(String topic, int partitions) throws Exception {
        Answer created = node.post("/topics", "{\"name\":\"" + topic + "\",\"partitions\":" + partitions + "}");
        assertThat(created.status()).as(created.body().toString()).isEqualTo(200);
    }

    private static Answer produce(String topic, String body) throws Exception {
        Answer answer = node.post("/topics/" + topic + "/records", body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer;
    }

    private static List<String> texts(JsonNode items, String pointer) {
        var texts = new ArrayList<String>();
        items.forEach(each -> texts.add(each.at(pointer).asText()));
        return texts;
    }

    private static KafkaConsumer<String, String> consumer(String group) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        node.bootstrap(),
                        "group.id",
                        group,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static void commit(String group, String topic, long offset) {
        try (var consumer = consumer(group)) {
            consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)));
        }
    }

    @Test
    void overviewHasHealthNodesAndDisks() throws Exception {
        JsonNode body = node.get("/overview").body();
        assertThat(body.at("/health/level").asText()).as(body.toString()).isEqualTo("ok");
        assertThat(body.at("/health/sentence").asText()).isEqualTo("The node serves all its partitions.");
        assertThat(body.at("/brokers")).hasSize(1);
        assertThat(body.at("/brokers/0/controller").asBoolean()).isTrue();
        assertThat(body.at("/disks/0/totalBytes").asLong()).isPositive();
        assertThat(body.at("/counters/bytesin").isNumber()).isTrue();
        assertThat(body.at("/traffic")).hasSize(1);
        assertThat(body.at("/traffic/0/node").asInt()).isEqualTo(node.broker().nodeId());
        assertThat(body.at("/traffic/0/messagesin").isNumber()).isTrue();
        assertThat(body.at("/trafficUnknown")).isEmpty();
    }

    @Test
    void clusterHasNodesFeaturesAndConfigsWithSources() throws Exception {
        JsonNode cluster = node.get("/cluster").body();
        assertThat(cluster.at("/clusterId").asText()).isEqualTo(node.broker().clusterId());
        assertThat(texts(cluster.at("/features"), "/name")).contains("metadata.version", "group.version");
        JsonNode configs = node.get("/cluster/brokers/" + node.broker().nodeId() + "/configs")
                .body();
        assertThat(texts(configs.at("/items"), "/name")).contains("log.dirs", "barnabas.http.listeners");
        for (JsonNode each : configs.at("/items"))
            if (each.at("/name").asText().equals("log.dirs"))
                assertThat(each.at("/source").asText()).isEqualTo("STATIC_BROKER_CONFIG");
        assertThat(node.get("/cluster/reassignments").body().at("/items")).isEmpty();
        assertThat(node.get("/cluster/users").body().at("/items")).isEmpty();
        assertThat(node.get("/cluster/quotas").body().at("/items")).isEmpty();
        // as a Kafka client is told without an authorizer
        assertThat(node.get("/cluster/acls").code()).isEqualTo("SECURITY_DISABLED");
    }

    @Test
    void topicIsCreatedExtendedConfiguredEmptiedAndDeleted() throws Exception {
        Answer preview = node.post("/topics", "{\"name\":\"life\",\"partitions\":2,\"preview\":true}");
        assertThat(preview.body().at("/preview").asBoolean()).isTrue();
        assertThat(node.get("/topics/life").status()).isEqualTo(404);
        create("life", 2);
        assertThat(node.post("/topics", "{\"name\":\"life\"}").status()).isEqualTo(409);
        assertThat(node.get("/topics/life").body().at("/partitions")).hasSize(2);

        assertThat(node.put("/topics/life/partitions", "{\"count\":3,\"preview\":true}")
                        .body()
                        .at("/after")
                        .asInt())
                .isEqualTo(3);
        assertThat(node.get("/topics/life/partitions").body().at("/items")).hasSize(2);
        assertThat(node.put("/topics/life/partitions", "{\"count\":3}").status())
                .isEqualTo(200);
        assertThat(node.get("/topics/life/partitions").body().at("/items")).hasSize(3);
        assertThat(node.put("/topics/life/partitions", "{\"count\":1}").code()).isEqualTo("INVALID_PARTITIONS");

        assertThat(node.put("/topics/life/configs", "{\"set\":{\"retention.ms\":5000}}")
                        .status())
                .isEqualTo(200);
        assertThat(overridden("life")).containsExactly("retention.ms");
        assertThat(node.put("/topics/life/configs", "{\"set\":{\"retention.ms\":\"soon\"}}")
                        .code())
                .isEqualTo("INVALID_CONFIG");
        assertThat(node.put("/topics/life/configs", "{\"unset\":[\"retention.ms\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(overridden("life")).isEmpty();

        for (int i = 0; i < 4; i++) produce("life", "{\"value\":\"v" + i + "\",\"partition\":0}");
        JsonNode emptied = node.delete("/topics/life/records?preview=true").body();
        assertThat(emptied.at("/records").asLong()).isEqualTo(4);
        assertThat(node.get("/topics/life/records").body().at("/records")).hasSize(4);
        assertThat(node.send("DELETE", "/topics/life/records", "{\"before\":{\"0\":1}}")
                        .status())
                .isEqualTo(200);
        assertThat(node.get("/topics/life/records").body().at("/records")).hasSize(3);
        assertThat(node.send("DELETE", "/topics/life/records", "{\"before\":{\"0\":99}}")
                        .status())
                .isEqualTo(400);
        assertThat(node.delete("/topics/life/records").status()).isEqualTo(200);
        assertThat(node.get("/topics/life/records").body().at("/records")).isEmpty();

        JsonNode gone = node.delete("/topics/life?preview=true").body();
        assertThat(gone.at("/partitions").asInt()).isEqualTo(3);
        assertThat(node.get("/topics/life").status()).isEqualTo(200);
        assertThat(node.delete("/topics/life").status()).isEqualTo(200);
        Answer missing = node.get("/topics/life");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.code()).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
    }

    private static List<String> overridden(String topic) throws Exception {
        var names = new ArrayList<String>();
        for (JsonNode each : node.get("/topics/" + topic + "/configs").body().at("/items")) {
            if (each.at("/overridden").asBoolean()) names.add(each.at("/name").asText());
        }
        return names;
    }

    @Test
    void topicsAreSearchedSortedAndCut() throws Exception {
        for (int i = 1; i <= 5; i++) create("list-" + i, i);
        JsonNode page = node.get("/topics?q=LIST-&sort=partitions&order=desc&offset=1&limit=2")
                .body();
        assertThat(page.at("/total").asInt()).isEqualTo(5);
        assertThat(texts(page.at("/items"), "/name")).containsExactly("list-4", "list-3");
        assertThat(page.at("/items/0/retentionMillis").asText()).isEqualTo("604800000");
        Answer wrong = node.get("/topics?sort=colour");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.message()).contains("partitions");
        assertThat(node.get("/topics?limit=0").status()).isEqualTo(400);
    }

    @Test
    void recordsAreReadNewestFirstPageByPage() throws Exception {
        create("pages", 3);
        for (int i = 0; i < 25; i++)
            produce(
                    "pages",
                    "{\"value\":\"v" + i + "\",\"partition\":" + i % 3 + ",\"timestamp\":" + (1_000 + i) + "}");
        var seen = new ArrayList<String>();
        String at = "";
        for (int i = 0; i < 3; i++) {
            JsonNode page = node.get("/topics/pages/records?limit=10" + at).body();
            seen.addAll(texts(page.at("/records"), "/value/text"));
            at = "&at=" + page.at("/next").asText();
            assertThat(page.at("/more").asBoolean()).isEqualTo(i < 2);
        }
        var expected = new ArrayList<String>();
        for (int i = 24; i >= 0; i--) expected.add("v" + i);
        assertThat(seen).isEqualTo(expected);

        JsonNode oldest =
                node.get("/topics/pages/records?order=oldest&limit=10").body();
        assertThat(texts(oldest.at("/records"), "/value/text"))
                .startsWith("v0", "v1", "v2")
                .hasSize(10);
        JsonNode on = node.get("/topics/pages/records?order=oldest&limit=100&at="
                        + oldest.at("/next").asText())
                .body();
        assertThat(on.at("/records")).hasSize(15);
        JsonNode timed =
                node.get("/topics/pages/records?order=oldest&time=1020").body();
        assertThat(texts(timed.at("/records"), "/value/text")).containsExactly("v20", "v21", "v22", "v23", "v24");
        JsonNode part = node.get("/topics/pages/records?order=oldest&partition=1&offset=7")
                .body();
        assertThat(texts(part.at("/records"), "/offset")).containsExactly("7");
        assertThat(node.get("/topics/pages/records?partition=9").status()).isEqualTo(404);
        assertThat(node.get("/topics/pages/records?at=x").status()).isEqualTo(400);
    }

    @Test
    void recordsAreFilteredHereAndWrongFiltersPointAtTheCharacter() throws Exception {
        create("filtered", 1);
        for (int i = 0; i < 30; i++)
            produce(
                    "filtered",
                    "{\"key\":\"k" + i % 3 + "\",\"value\":\"{\\\"n\\\":" + i + "}\",\"headers\":{\"h\":\"" + i % 2
                            + "\"}}");
        String filter = "value.n%20%3E%3D%2010%20and%20headers.h%20%3D%3D%20%221%22";
        JsonNode page =
                node.get("/topics/filtered/records?key=k2&filter=" + filter).body();
        assertThat(texts(page.at("/records"), "/offset")).containsExactly("29", "23", "17", "11");
        assertThat(page.at("/records/0/value/format").asText()).isEqualTo("json");
        assertThat(page.at("/looked").asInt()).isEqualTo(30);
        Answer wrong = node.get("/topics/filtered/records?filter=value.n%20%3D%205");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.code()).isEqualTo("INVALID_FILTER");
        assertThat(wrong.body().at("/error/position").asInt()).isEqualTo(8);
    }

    @Test
    void recordsOfManyPartitionsAreReadInParts() throws Exception {
        create("wide", 130);
        produce("wide", "{\"value\":\"x\",\"partition\":129}");
        Answer refused = node.get("/topics/wide/records");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains("at most 128 partitions");
        JsonNode part = node.get("/topics/wide/records?partition=1,129").body();
        assertThat(part.at("/records")).hasSize(1);
        assertThat(part.at("/tail").asText()).isEqualTo("1-0_129-1");
    }

    private static HttpRequest waiting(String topic, String place) {
        String path = "/api/v1/topics/" + topic + "/records?order=oldest&wait=25&at=" + place;
        return HttpRequest.newBuilder(URI.create(node.url(path))).build();
    }

    @Test
    void tailWaitsForTheNextRecord() throws Exception {
        create("tailed", 2);
        produce("tailed", "{\"value\":\"before\",\"partition\":0}");
        String tail = node.get("/topics/tailed/records").body().at("/tail").asText();
        HttpRequest request = waiting("tailed", tail);
        var waiting = node.client().sendAsync(request, BodyHandlers.ofString());
        produce("tailed", "{\"value\":\"behind\",\"partition\":1}");
        String answer = waiting.get(60, TimeUnit.SECONDS).body();
        assertThat(answer).contains("\"behind\"").doesNotContain("before");
    }

    /// Requests of one API to the node so far.
    private long requests(String api) throws Exception {
        var page = HttpRequest.newBuilder(URI.create(node.url("/metrics"))).build();
        String text = node.client().send(page, BodyHandlers.ofString()).body();
        return text.lines()
                .filter(line -> line.startsWith("kafka_network_requestmetrics_requests_total{request=\"" + api + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void tailsOfOnePlaceReadItsRecordsTogether() throws Exception {
        create("many", 1);
        produce("many", "{\"value\":\"before\"}");
        String tail = node.get("/topics/many/records").body().at("/tail").asText();
        HttpRequest request = waiting("many", tail);
        long fetches = requests("Fetch");
        long looks = requests("ListOffsets");
        var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 20; i++) waiting.add(node.client().sendAsync(request, BodyHandlers.ofString()));
        while (requests("ListOffsets") == looks) Thread.onSpinWait(); // one of them waits at least
        produce("many", "{\"value\":\"behind\"}");
        for (CompletableFuture<HttpResponse<String>> each : waiting)
            assertThat(each.get(60, TimeUnit.SECONDS).body())
                    .contains("\"behind\"")
                    .doesNotContain("before");
        assertThat(requests("Fetch") - fetches).isBetween(1L, 10L);
    }

    /// Ends that tails share may be older than a place that was just answered.
    @Test
    void aTailDoesNotRepeatWhatItsPageHadAlready() throws Exception {
        create("repeated", 1);
        produce("repeated", "{\"value\":\"one\"}");
        String first = node.get("/topics/repeated/records").body().at("/tail").asText();
        produce("repeated", "{\"value\":\"two\"}");
        String path = "/topics/repeated/records?order=oldest&wait=2&at=";
        assertThat(node.get(path + first).body().at("/records")).hasSize(1);
        for (int i = 0; i < 3; i++) {
            produce("repeated", "{\"value\":\"more\"}");
            String now = node.get("/topics/repeated/records").body().at("/tail").asText();
            assertThat(node.get(path + now).body().at("/records")).isEmpty();
        }
    }

    @Test
    void bytesAreRecognised() throws Exception {
        create("bytes", 1);
        produce("bytes", "{\"value\":\"00000000070a0b\",\"valueFormat\":\"hex\"}");
        produce("bytes", "{\"value\":\"<script>alert(1)</script>\"}");
        produce("bytes", "{\"key\":\"only\"}");
        JsonNode records = node.get("/topics/bytes/records?order=oldest").body().at("/records");
        assertThat(records.at("/0/value/format").asText()).isEqualTo("hex");
        assertThat(records.at("/0/value/schemaId").asInt()).isEqualTo(7);
        assertThat(records.at("/1/value/text").asText()).isEqualTo("<script>alert(1)</script>");
        assertThat(records.at("/2/value").isNull()).isTrue();
        var value = node.client()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(node.url("/api/v1/topics/bytes/partitions/0/records/0/value")))
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(value.body()).containsExactly(0, 0, 0, 0, 7, 10, 11);
        assertThat(value.headers().firstValue("content-disposition"))
                .hasValueSatisfying(header -> assertThat(header).startsWith("attachment"));
    }

    @Test
    void groupHasLagAndItsOffsetsMoveWithPreview() throws Exception {
        create("read", 1);
        for (int i = 0; i < 10; i++) produce("read", "{\"value\":\"v" + i + "\"}");
        commit("readers/of all", "read", 4);
        String path = "/groups/readers%2Fof%20all";
        JsonNode group = node.get(path).body();
        assertThat(group.at("/lag").asLong()).as(group.toString()).isEqualTo(6);
        assertThat(group.at("/offsets/0/lagMillis").asLong()).isNotNegative();
        JsonNode listed = node.get("/groups?q=readers").body();
        assertThat(listed.at("/items/0/lag").asLong()).isEqualTo(6);

        JsonNode preview = node.post(path + "/offsets", "{\"to\":\"earliest\",\"preview\":true}")
                .body();
        assertThat(preview.at("/moves/0/from").asLong()).isEqualTo(4);
        assertThat(preview.at("/moves/0/to").asLong()).isZero();
        assertThat(node.get(path).body().at("/lag").asLong()).isEqualTo(6);
        assertThat(node.post(path + "/offsets", "{\"to\":\"earliest\"}").status())
                .isEqualTo(200);
        assertThat(node.get(path).body().at("/lag").asLong()).isEqualTo(10);
        node.post(path + "/offsets", "{\"by\":\"3\"}");
        assertThat(node.get(path).body().at("/offsets/0/committed").asLong()).isEqualTo(3);
        node.post(path + "/offsets", "{\"to\":\"latest\",\"topic\":\"read\",\"partitions\":[0]}");
        assertThat(node.get(path).body().at("/lag").asLong()).isZero();
        assertThat(node.post(path + "/offsets", "{\"to\":\"sometimes\"}").status())
                .isEqualTo(400);

        assertThat(node.delete(path + "?preview=true").body().at("/offsets").asInt())
                .isEqualTo(1);
        assertThat(node.delete(path).status()).isEqualTo(200);
        assertThat(node.get(path).status()).isEqualTo(404);
    }

    @Test
    void activeGroupIsShownAndNotMoved() throws Exception {
        create("active", 2);
        try (var consumer = consumer("active")) {
            consumer.subscribe(List.of("active"));
            while (consumer.assignment().size() < 2) consumer.poll(Duration.ofMillis(100));
            JsonNode group = node.get("/groups/active").body();
            assertThat(group.at("/members")).hasSize(1);
            assertThat(texts(group.at("/members/0/partitions"), "")).containsExactly("active-0", "active-1");
            Answer refused = node.post("/groups/active/offsets", "{\"to\":\"earliest\",\"topic\":\"active\"}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("NON_EMPTY_GROUP");
            assertThat(node.delete("/groups/active").status()).isEqualTo(409);
        }
    }

    @Test
    void messageIsFoundWithItsTransactionAndReaders() throws Exception {
        create("traced", 1);
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", "writer");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("traced", "a", "kept")).get();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("traced", "b", "dropped")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("traced", "c", "pending")).get();
            commit("tracers", "traced", 2);
            String at = "/topics/traced/partitions/0/records/";
            assertThat(node.get(at + "0").body().at("/transaction/outcome").asText())
                    .isEqualTo("committed");
            assertThat(node.get(at + "0")
                            .body()
                            .at("/transaction/transactionalId")
                            .asText())
                    .isEqualTo("writer");
            assertThat(node.get(at + "1").body().at("/marker").asText()).isEqualTo("commit");
            assertThat(node.get(at + "2").body().at("/transaction/outcome").asText())
                    .isEqualTo("aborted");
            assertThat(node.get(at + "4").body().at("/transaction/outcome").asText())
                    .isEqualTo("open");
            assertThat(node.get(at + "0").body().at("/groups/0/past").asBoolean())
                    .isTrue();
            assertThat(node.get(at + "2").body().at("/groups/0/past").asBoolean())
                    .isFalse();
            assertThat(node.get(at + "9").message()).contains("not written yet");

            assertThat(texts(node.get("/transactions?q=writer").body().at("/items"), "/state"))
                    .containsExactly("Ongoing");
            JsonNode open = node.get("/transactions/open?topic=traced").body();
            assertThat(open.at("/items/0/transactionalId").asText()).isEqualTo("writer");
            assertThat(open.at("/items/0/hanging").asBoolean()).isFalse();
            assertThat(node.get("/transactions/writer")
                            .body()
                            .at("/partitions/0")
                            .asText())
                    .isEqualTo("traced-0");
            assertThat(node.post("/transactions/writer/abort", "{}").status()).isEqualTo(200);
            assertThat(node.get("/transactions/open?topic=traced").body().at("/items"))
                    .isEmpty();
        }
        assertThat(node.get("/transactions/nobody").status()).isEqualTo(404);
    }

    @Test
    void unknownPathsMethodsAndBodiesAreRefusedAsJson() throws Exception {
        Answer unknown = node.get("/nothing/here");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("NOT_FOUND");
        assertThat(node.put("/topics", "{}").status()).isEqualTo(405);
        Answer malformed = node.post("/topics", "{\"name\":");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.message()).contains("line 1");
        assertThat(node.post("/topics", "[]").status()).isEqualTo(400);
        assertThat(node.post("/topics", "{}").message()).isEqualTo("name is missing");
        assertThat(node.post("/topics", "[".repeat(5_000)).status()).isEqualTo(400);
    }

    @Test
    void unknownParametersAreRefusedWithTheNearestOne() throws Exception {
        Answer slip = node.get("/topics?limt=5");
        assertThat(slip.status()).isEqualTo(400);
        assertThat(slip.message()).isEqualTo("There is no parameter limt of GET /api/v1/topics, the nearest is limit");
        Answer none = node.get("/overview?fast=1");
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.message()).isEqualTo("There is no parameter fast of GET /api/v1/overview, it takes none");
        // nothing was deleted by a preview that was not one
        create("kept", 1);
        assertThat(node.delete("/topics/kept?dry_run=true").status()).isEqualTo(400);
        assertThat(node.get("/topics/kept").status()).isEqualTo(200);
        assertThat(node.get("/topics?q=a%20b&&limit=1").status()).isEqualTo(200);
    }

    /// Each parameter that the document lists is taken, and each operation refuses one that it does not list.
    @Test
    void documentListsTheParametersThatAreTaken() throws Exception {
        JsonNode paths = node.get("/openapi.json").body().at("/paths");
        int checked = 0;
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            JsonNode operation = path.getValue().get("get");
            if (operation == null) continue;
            String below = path.getKey()
                    .substring("/api/v1".length())
                    .replaceAll("\\{(partition|offset|broker|producerId)}", "999999")
                    .replaceAll("\\{\\w+}", "not-there");
            for (JsonNode each : operation.at("/parameters")) {
                if (!each.at("/in").asText().equals("query")) continue;
                checked++;
                assertThat(node.get(below + "?" + each.at("/name").asText() + "=")
                                .message())
                        .as(path.getKey())
                        .doesNotContain("There is no parameter");
            }
            assertThat(node.get(below + "?nothing=").message())
                    .as(path.getKey())
                    .startsWith("There is no parameter nothing of GET " + path.getKey());
        }
        assertThat(checked).isGreaterThan(20);
    }

    @Test
    void openApiListsEveryRoute() throws Exception {
        JsonNode document = node.get("/openapi.json").body();
        assertThat(document.at("/openapi").asText()).startsWith("3.");
        var paths = new ArrayList<String>();
        document.at("/paths").fieldNames().forEachRemaining(paths::add);
        assertThat(paths)
                .contains("/api/v1/topics/{topic}/records", "/api/v1/session")
                .hasSizeGreaterThan(20);
        assertThat(document.at("/paths")
                        .get("/api/v1/topics/{topic}")
                        .get("delete")
                        .at("/parameters"))
                .hasSize(2);
    }
}
