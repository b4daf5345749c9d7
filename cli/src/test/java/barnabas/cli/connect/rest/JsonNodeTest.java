package barnabas.cli.connect.rest;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.Json;
import barnabas.console.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonNodeTest {
    /// Offsets that 'get' prints are a file for 'set', which has to have numbers as numbers.
    @Test
    void printedValuesReadAsTheSame() throws Exception {
        var offsets = """
                {"offsets": [{"partition": {"file": "a", "none": null}, "offset": {"position": 4393, "part": 0.5,
                "done": true}}]}""";
        Object tree = JsonTree.parse(offsets.getBytes(StandardCharsets.UTF_8));
        var out = new ByteArrayOutputStream();
        Json.print(out, new JsonNode(tree).value());
        assertThat(JsonTree.parse(out.toByteArray())).isEqualTo(tree);
    }
}
