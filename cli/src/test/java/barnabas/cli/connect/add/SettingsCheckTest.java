package barnabas.cli.connect.add;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.console.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsCheckTest {
    private static final String ANSWER = """
            {"configs": [
              {"definition": {"name": "file", "type": "STRING"}, "value": {"name": "file", "errors": []}},
              {"definition": {"name": "tasks.max", "type": "INT"},
               "value": {"name": "tasks.max", "errors": ["Invalid value abc", "must be non-null"]}},
              {"definition": {"name": "login", "type": "PASSWORD"}, "value": {"name": "login", "errors": []}}
            ]}""";

    private static JsonNode answer() throws JsonTree.MalformedJson {
        return new JsonNode(JsonTree.parse(ANSWER.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyWrongSettingIsNamed() throws Exception {
        var problems = SettingsCheck.problems(Map.of("fiel", "x", "tasks.max", "abc"), answer());
        assertThat(problems)
                .containsExactly(
                        "tasks.max: Invalid value abc", "fiel: the plug-in has no such setting, did you mean 'file'?");
    }

    @Test
    void secretsAreReferences() throws Exception {
        for (var good : new String[] {"${file:/s/a.properties:password}", "${env:CONNECT_P}", ""}) {
            var settings = Map.of("login", good, "driver.password", good);
            assertThat(SettingsCheck.problems(settings, answer()))
                    .filteredOn(each -> each.contains("secret"))
                    .isEmpty();
        }
        for (String name : new String[] {"login", "driver.password", "producer.override.sasl.jaas.config"})
            assertThat(SettingsCheck.problems(Map.of(name, "hunter2"), answer()))
                    .anySatisfy(each -> assertThat(each).startsWith(name + ": a secret must not be written out"))
                    .noneSatisfy(each -> assertThat(each).contains("hunter2"));
    }

    @Test
    void transformsAreOpen() throws Exception {
        var problems = SettingsCheck.problems(Map.of("transforms.a.field", "x", "key.converter.b", "y"), answer());
        assertThat(problems).containsExactly("tasks.max: Invalid value abc");
    }
}
