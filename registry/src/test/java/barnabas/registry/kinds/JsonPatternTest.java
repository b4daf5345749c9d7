package barnabas.registry.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.model.RegistryProblem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Regular expressions in JSON schemas.
final class JsonPatternTest {
    private static void check(String schema, String data) throws RegistryProblem, MismatchException {
        ByteBuffer bytes = ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8));
        assertThat(new JsonKind().parse(schema, List.of()).json(bytes)).isEqualTo(data);
    }

    @Test
    void expressionsThatBacktrackEnd() {
        String evil = "{\"type\":\"string\",\"pattern\":\"^(a|a?)+\\\\1$\"}";
        assertThatThrownBy(() -> check(evil, '"' + "a".repeat(60) + "!\""))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining("take too long");
        String names = "{\"patternProperties\":{\"^(a|a?)+\\\\1$\":{\"type\":\"string\"}}}";
        assertThatThrownBy(() -> check(names, "{\"" + "a".repeat(60) + "!\":1}"))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining("take too long");
    }

    @Test
    void othersMatchAsBefore() {
        String letters = "{\"type\":\"string\",\"pattern\":\"^\\\\p{Letter}+$\"}";
        assertThatCode(() -> check(letters, "\"héllo\"")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(letters, "\"hello\\n\""))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining("pattern");
        assertThatCode(() -> check(letters, '"' + "x".repeat(1_000_000) + '"')).doesNotThrowAnyException();
    }
}
