package barnabas.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SchemaTest {
    private static final String RESPONSE = """
            { "apiKey": 1, "type": "response", "name": "SomeResponse", "validVersions": "0", "flexibleVersions": "none",
              "fields": [
                { "name": "ErrorMessage", "type": "string", "versions": "0+" },
                { "name": "BatchIndexErrorMessage", "type": "string", "versions": "0+" },
                { "name": "Name", "type": "string", "versions": "0+" }
              ] }
            """;

    @Test
    void errorMessagesAreWrittenInTheirOwnWay() throws Exception {
        Schema schema = Schema.parse(RESPONSE.getBytes(StandardCharsets.UTF_8));
        assertThat(schema.fields().stream().map(field -> field.writeMethod(FieldType.Blob.STRING)))
                .containsExactly("errorMessage", "errorMessage", "string");
    }
}
