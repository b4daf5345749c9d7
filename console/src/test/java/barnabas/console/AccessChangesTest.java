package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.console.ConsoleNode.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Changes of ACLs, users, quotas, log levels and replicas over REST, on a node with an authorizer.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AccessChangesTest {
    private static final String RULE =
            "\"principal\":\"alice\",\"operation\":\"read\",\"resource\":\"topic\",\"name\":\"ord\",\"pattern\":\"prefixed\"";

    @TempDir
    private static Path data;

    private static ConsoleNode node;

    @BeforeAll
    static void start() throws Exception {
        node = ConsoleNode.start(
                data,
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:ANONYMOUS"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Answer done(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer;
    }

    private static JsonNode items(String path) throws Exception {
        return done(node.get(path)).body().at("/items");
    }

    @Test
    void rulesAreAddedAndRemovedAfterAPreview() throws Exception {
        Answer preview = done(node.post("/cluster/acls", "{" + RULE + ",\"preview\":true}"));
        assertThat(preview.body().at("/rule/principal").asText()).isEqualTo("User:alice");
        assertThat(preview.body().at("/there").asBoolean()).isFalse();
        assertThat(items("/cluster/acls")).isEmpty();
        done(node.post("/cluster/acls", "{" + RULE + "}"));
        assertThat(items("/cluster/acls")).hasSize(1);
        assertThat(items("/cluster/acls").at("/0/pattern").asText()).isEqualTo("prefixed");
        assertThat(done(node.send("DELETE", "/cluster/acls", "{" + RULE + ",\"preview\":true}"))
                        .body()
                        .at("/rules"))
                .hasSize(1);
        assertThat(items("/cluster/acls")).hasSize(1);
        done(node.send("DELETE", "/cluster/acls", "{" + RULE + "}"));
        assertThat(items("/cluster/acls")).isEmpty();
        assertThat(node.send("DELETE", "/cluster/acls", "{" + RULE + "}").status())
                .isEqualTo(404);
    }

    @Test
    void wrongRulesAreRefusedWithWhatThereIs() throws Exception {
        Answer operation = node.post("/cluster/acls", "{" + RULE.replace("read", "lead") + "}");
        assertThat(operation.status()).isEqualTo(400);
        assertThat(operation.message())
                .contains("operation is one of all, read, write")
                .contains("not lead");
        assertThat(node.post("/cluster/acls", "{" + RULE.replace("prefixed", "match") + "}")
                        .message())
                .isEqualTo("pattern is one of literal, prefixed, not match");
        assertThat(node.post("/cluster/acls", "{" + RULE.replace("alice", "") + "}")
                        .message())
                .isEqualTo("principal is missing");
        assertThat(node.post("/cluster/acls", "[1]").status()).isEqualTo(400);
    }

    @Test
    void usersComeAndGoAndNoAnswerHasTheirSecret() throws Exception {
        Answer added = done(node.put("/cluster/users/al%20ice", "{\"password\":\"very-secret\"}"));
        assertThat(added.whole().body()).doesNotContain("very-secret");
        Answer listed = done(node.get("/cluster/users"));
        assertThat(listed.body().at("/items/0/user").asText()).isEqualTo("al ice");
        assertThat(listed.body().at("/items/0/mechanism").asText()).isEqualTo("SCRAM-SHA-512");
        assertThat(listed.whole().body()).doesNotContain("salt").doesNotContain("very-secret");
        assertThat(node.put("/cluster/users/x", "{\"password\":\"p\",\"mechanism\":\"MD5\"}")
                        .status())
                .isEqualTo(400);
        assertThat(node.put("/cluster/users/x", "{}").message()).isEqualTo("password is missing");
        for (String each : List.of("a%0Ab", "%1b%5B2J", "a%E2%80%AEb"))
            assertThat(node.put("/cluster/users/" + each, "{\"password\":\"p\"}")
                            .message())
                    .isEqualTo("The user's name has a character that no line can show");
        assertThat(node.post("/cluster/acls", "{" + RULE.replace("alice", "al\\nice") + "}")
                        .message())
                .isEqualTo("The rule has a character that no line can show");
        assertThat(node.put("/cluster/quotas", "{\"entity\":{\"user\":\"a\\tb\"},\"set\":{\"producer_byte_rate\":1}}")
                        .message())
                .isEqualTo("entity has a name with a character that no line can show");
        done(node.delete("/cluster/users/al%20ice"));
        assertThat(items("/cluster/users")).isEmpty();
        assertThat(node.delete("/cluster/users/nobody").status()).isEqualTo(404);
    }

    @Test
    void previewsOfUsersChangeNothing() throws Exception {
        String change = "{\"password\":\"one\",\"mechanism\":\"SCRAM-SHA-256\"";
        JsonNode added = done(node.put("/cluster/users/bob", change + ",\"preview\":true}"))
                .body();
        assertThat(added.at("/replaces").asBoolean()).isFalse();
        assertThat(added.at("/credentials")).isEmpty();
        assertThat(items("/cluster/users")).isEmpty();
        done(node.put("/cluster/users/bob", change + "}"));
        JsonNode again = done(node.put("/cluster/users/bob", change + ",\"preview\":true}"))
                .body();
        assertThat(again.at("/replaces").asBoolean()).isTrue();
        assertThat(again.at("/credentials/0").asText()).isEqualTo("SCRAM-SHA-256");
        JsonNode other = done(node.put("/cluster/users/bob", "{\"password\":\"two\",\"preview\":true}"))
                .body();
        assertThat(other.at("/replaces").asBoolean()).isFalse();
        assertThat(other.at("/mechanism").asText()).isEqualTo("SCRAM-SHA-512");
        JsonNode goes = done(node.delete("/cluster/users/bob?preview=true")).body();
        assertThat(goes.at("/credentials")).hasSize(1);
        assertThat(items("/cluster/users")).hasSize(1);
        done(node.delete("/cluster/users/bob"));
        assertThat(items("/cluster/users")).isEmpty();
        assertThat(node.delete("/cluster/users/bob?preview=true").status()).isEqualTo(404);
    }

    @Test
    void previewsOfQuotasSayWhatTheyReplace() throws Exception {
        String entity = "{\"entity\":{\"user\":\"carol\",\"client-id\":null},";
        done(node.put("/cluster/quotas", entity + "\"set\":{\"producer_byte_rate\":1024,\"request_percentage\":50}}"));
        // of another client: not what is replaced
        done(node.put("/cluster/quotas", "{\"entity\":{\"user\":\"carol\"},\"set\":{\"producer_byte_rate\":7}}"));
        JsonNode preview = done(node.put(
                        "/cluster/quotas",
                        entity + "\"set\":{\"producer_byte_rate\":2048,\"consumer_byte_rate\":9},"
                                + "\"unset\":[\"request_percentage\"],\"preview\":true}"))
                .body();
        var changes = new ArrayList<String>();
        for (JsonNode each : preview.at("/quotas"))
            changes.add(each.at("/quota").asText() + " " + each.at("/from") + " -> " + each.at("/to"));
        assertThat(changes)
                .containsExactly(
                        "producer_byte_rate 1024.0 -> 2048.0",
                        "consumer_byte_rate null -> 9.0",
                        "request_percentage 50.0 -> null");
        for (JsonNode each : items("/cluster/quotas"))
            assertThat(each.at("/values/consumer_byte_rate").isMissingNode()).isTrue();
        done(node.put("/cluster/quotas", entity + "\"unset\":[\"producer_byte_rate\",\"request_percentage\"]}"));
        done(node.put("/cluster/quotas", "{\"entity\":{\"user\":\"carol\"},\"unset\":[\"producer_byte_rate\"]}"));
    }

    @Test
    void quotasOfNamesAndOfTheDefault() throws Exception {
        String change = "{\"entity\":{\"user\":\"alice\",\"client-id\":null},\"set\":{\"producer_byte_rate\":1024}";
        done(node.put("/cluster/quotas", change + ",\"preview\":true}"));
        assertThat(items("/cluster/quotas")).isEmpty();
        done(node.put("/cluster/quotas", change + "}"));
        JsonNode quota = items("/cluster/quotas").get(0);
        assertThat(quota.at("/values/producer_byte_rate").asDouble()).isEqualTo(1024);
        assertThat(quota.at("/entity")).hasSize(2);
        assertThat(node.put("/cluster/quotas", change.replace("producer_byte", "unknown") + "}")
                        .status())
                .isEqualTo(400);
        assertThat(node.put("/cluster/quotas", "{\"entity\":{\"dog\":\"x\"},\"set\":{\"producer_byte_rate\":1}}")
                        .message())
                .contains("not dog");
        assertThat(node.put("/cluster/quotas", change.replace("1024", "\"NaN\"") + "}")
                        .message())
                .isEqualTo("set.producer_byte_rate is no number");
        done(node.put(
                "/cluster/quotas",
                "{\"entity\":{\"user\":\"alice\",\"client-id\":\"\"},\"unset\":[\"producer_byte_rate\"]}"));
        assertThat(items("/cluster/quotas")).isEmpty();
    }

    @Test
    void reassignmentsSayWhatTheyWouldCopy() throws Exception {
        done(node.post("/topics", "{\"name\":\"moved\",\"partitions\":2}"));
        int id = node.broker().nodeId();
        Answer preview = done(node.post(
                "/cluster/reassignments",
                "{\"topic\":\"moved\",\"partitions\":{\"0\":\"" + id + "\"},\"preview\":true}"));
        assertThat(preview.body().at("/partitions/0/from/0").asInt()).isEqualTo(id);
        assertThat(preview.body().at("/partitions/0/adding")).isEmpty();
        assertThat(preview.body().at("/bytes").asLong()).isZero();
        done(node.post("/cluster/reassignments", "{\"topic\":\"moved\",\"partitions\":{\"0\":\"" + id + "\"}}"));
        assertThat(done(node.send("DELETE", "/cluster/reassignments", "{\"topic\":\"moved\"}"))
                        .body()
                        .at("/partitions"))
                .isEmpty();
        for (String wrong : List.of("{\"0\":\"99\"}", "{\"0\":\"one\"}", "{\"7\":\"1\"}", "{\"0\":\"1,1\"}", "{}"))
            assertThat(node.post("/cluster/reassignments", "{\"topic\":\"moved\",\"partitions\":" + wrong + "}")
                            .status())
                    .as(wrong)
                    .isEqualTo(400);
        assertThat(node.post("/cluster/reassignments", "{\"topic\":\"none\",\"partitions\":{\"0\":\"1\"}}")
                        .status())
                .isEqualTo(404);
    }

    private static void checkOperation(String path, String name, JsonNode operation) {
        assertThat(operation.at("/summary").asText()).as(name).isNotBlank();
        int inPath = 0;
        for (JsonNode each : operation.at("/parameters")) {
            if (!each.at("/in").asText().equals("path")) continue;
            inPath++;
            assertThat(path).as(name).contains("{" + each.at("/name").asText() + "}");
        }
        assertThat(path.chars().filter(c -> c == '{').count()).as(name).isEqualTo(inPath);
    }

    /// Each operation of the document is a route, each route's parameters are there, and what is sent is described.
    @Test
    void documentHasWhatTheRoutesTake() throws Exception {
        JsonNode paths = done(node.get("/openapi.json")).body().at("/paths");
        var seen = new TreeSet<String>();
        var undescribed = new ArrayList<String>();
        for (Map.Entry<String, JsonNode> path : paths.properties())
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String name = operation.getKey() + " " + path.getKey();
                seen.add(name);
                checkOperation(path.getKey(), name, operation.getValue());
                boolean sends =
                        operation.getKey().equals("post") || operation.getKey().equals("put");
                if (sends && operation.getValue().at("/requestBody").isMissingNode()) undescribed.add(name);
            }
        assertThat(undescribed).containsExactly("post /api/v1/transactions/{id}/abort"); // sends nothing
        for (String name : seen) {
            String method = name.substring(0, name.indexOf(' ')).toUpperCase(Locale.ROOT);
            String path = name.substring(name.indexOf(' ') + "/api/v1".length() + 1)
                    .replaceAll("\\{(partition|offset|broker|producerId)}", "999999")
                    .replaceAll("\\{\\w+}", "not-there");
            // a body that no route takes: nothing is changed
            Answer answer = node.send(method, path, method.equals("GET") ? null : "[]");
            assertThat(answer.code()).as(name).isNotEqualTo("METHOD_NOT_ALLOWED");
            assertThat(answer.message()).as(name).doesNotStartWith("There is no /api/v1");
        }
        assertThat(seen)
                .contains("put /api/v1/cluster/brokers/{broker}/loggers", "delete /api/v1/cluster/acls")
                .hasSizeGreaterThan(35);
    }
}
