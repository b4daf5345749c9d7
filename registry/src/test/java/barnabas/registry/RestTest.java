package barnabas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.transcripts.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The REST interface, with the statuses, codes and bodies that Confluent documents, before and after restarts.
final class RestTest {
    @TempDir
    private Path data;

    private RegistryNode node;

    @BeforeEach
    void start() throws Exception {
        node = RegistryNode.start(data);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void play(String script) {
        assertThat(Transcript.replay(script, node::answersTo)).isEqualTo(script);
    }

    private static String script(String name) throws IOException {
        try (InputStream from = Objects.requireNonNull(RestTest.class.getResourceAsStream(name))) {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void pathsAnswerAsDocumented() throws IOException {
        play(script("rest.transcript"));
    }

    @Test
    void eachKindFollowsItsRules() throws IOException {
        play(script("kinds.transcript"));
    }

    @Test
    void hardDeletedSchemasStayDeletedAfterARestart() throws Exception {
        play("""
                POST /subjects/a/versions avro "int"              => 200 {"id":1,"version":1,"schema":"\\"int\\""}
                POST /subjects/a/versions avro "long"             => 200 {"id":2,"version":2,"schema":"\\"long\\""}
                POST /subjects/b/versions avro "bytes"            => 200 {"id":3,"version":1,"schema":"\\"bytes\\""}
                PUT /config/b {"compatibility":"FULL_TRANSITIVE"} => 200 {"compatibility":"FULL_TRANSITIVE"}
                DELETE /subjects/a/versions/1                     => 200 1
                DELETE /subjects/a/versions/1?permanent=true      => 200 1
                DELETE /subjects/b                                => 200 [1]
                POST /subjects/d/versions avro "double"           => 200 {"id":4,"version":1,"schema":"\\"double\\""}
                DELETE /subjects/d                                => 200 [1]
                DELETE /subjects/d?permanent=true                 => 200 [1]
                """);
        webSiteIsRefused();
        node.close();
        node = RegistryNode.start(data);
        play("""
                GET /subjects/a/versions?deleted=true  => 200 [2]
                GET /subjects?deleted=true             => 200 ["a","b"]
                GET /schemas/ids/1                     => 404 {"error_code":40403,"message":"Schema 1 not found"}
                GET /schemas/ids/3                     => 200 {"schema":"\\"bytes\\""}
                GET /config/b                          => 200 {"compatibilityLevel":"FULL_TRANSITIVE"}
                POST /subjects/c/versions avro "float" => 200 {"id":5,"version":1,"schema":"\\"float\\""}
                """);
        propertiesFindAVersion();
    }

    private void propertiesFindAVersion() {
        play("""
                POST /subjects/m/versions {"schema":"\\"int\\"","metadata":{"properties":{"major":"1","team":"a"}}}
                | 200 {"id":6,"version":1,"metadata":{"properties":{"major":"1","team":"a"}},"schema":"\\"int\\""}
                POST /subjects/m/versions {"schema":"\\"long\\"","metadata":{"properties":{"major":"2","team":"a"}}}
                | 200 {"id":7,"version":2,"metadata":{"properties":{"major":"2","team":"a"}},"schema":"\\"long\\""}
                GET /subjects/m/metadata?key=team&value=a
                | 200 {"subject":"m","version":2,"id":7,"metadata":{"properties":{"major":"2","team":"a"}},"schema":"\\"long\\""}
                GET /subjects/m/metadata?key=team&value=a&key=major&value=1
                | 200 {"subject":"m","version":1,"id":6,"metadata":{"properties":{"major":"1","team":"a"}},"schema":"\\"int\\""}
                GET /subjects/m/metadata?key=major&value=3
                | 404 {"error_code":40402,"message":"Version with these properties not found."}
                GET /subjects/nothing/metadata?key=major&value=3
                | 404 {"error_code":40401,"message":"Subject 'nothing' not found."}
                GET /subjects/m/metadata?key=major
                | 422 {"error_code":422,"message":"As many values as keys are needed"}
                """);
    }

    private void webSiteIsRefused() throws IOException, InterruptedException {
        String body = RegistryNode.submission("AVRO", "\"int\"", List.of());
        HttpResponse<String> refused = node.send(
                "POST", "/subjects/a/versions", body, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors");
        assertThat(refused.statusCode()).isEqualTo(403);
        // as fetch of Node does it
        assertThat(node.send("GET", "/config", "", "Sec-Fetch-Mode", "cors").statusCode())
                .isEqualTo(200);
    }
}
