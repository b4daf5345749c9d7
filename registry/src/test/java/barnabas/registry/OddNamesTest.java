package barnabas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.transcripts.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of subjects and contexts that no tool makes, before and after a restart.
final class OddNamesTest {
    @TempDir
    private Path data;

    private static void play(RegistryNode node, String script) {
        assertThat(Transcript.replay(script, node::answersTo)).isEqualTo(script);
    }

    @Test
    void oddNamesAreKeptOrRefusedAndNeverConfused() throws Exception {
        try (var node = RegistryNode.start(data)) {
            play(node, """
                    POST /subjects/a%2Fb/versions avro "int"          => 200 {"id":1,"version":1,"schema":"\\"int\\""}
                    POST /subjects/a%00b/versions avro "int"
                    | 422 {"error_code":42208,"message":"The specified subject 'a\\u0000b' is not a valid."}
                    POST /subjects/:.ctx:a/versions avro "long"       => 200 {"id":1,"version":1,"schema":"\\"long\\""}
                    POST /subjects/:.:a/versions avro "float"         => 200 {"id":2,"version":1,"schema":"\\"float\\""}
                    POST /subjects/:.a%2Fb:a/versions avro "bytes"    => 200 {"id":1,"version":1,"schema":"\\"bytes\\""}
                    POST /contexts/.x/subjects/:.y:b/versions avro "double"
                    | 200 {"id":1,"version":1,"schema":"\\"double\\""}
                    POST /subjects/%EF%BF%BD/versions avro "boolean"  => 200 {"id":3,"version":1,"schema":"\\"boolean\\""}
                    POST /subjects/%ED%A0%80/versions avro "string"
                    | 400 {"error_code":400,"message":"The address is not well percent-encoded"}
                    POST /subjects/%C3/versions avro "string"
                    | 400 {"error_code":400,"message":"The address is not well percent-encoded"}
                    GET /subjects?subjectPrefix=%FF
                    | 400 {"error_code":400,"message":"The address is not well percent-encoded"}
                    """);
        }
        try (var node = RegistryNode.start(data)) {
            play(node, """
                    GET /subjects                     => 200 [":.a/b:a",":.ctx:a",":.y:b","a","a/b","\uFFFD"]
                    GET /contexts                     => 200 [".",".a/b",".ctx",".y"]
                    GET /subjects/a/versions/latest   => 200 {"subject":"a","version":1,"id":2,"schema":"\\"float\\""}
                    DELETE /subjects/a%2Fb            => 200 [1]
                    GET /subjects/a%2Fb/versions      => 404 {"error_code":40401,"message":"Subject 'a/b' not found."}
                    GET /subjects/:.a%2Fb:a/versions  => 200 [1]
                    """);
        }
    }
}
