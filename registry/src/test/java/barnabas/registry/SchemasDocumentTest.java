package barnabas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.transcripts.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/schemas.md.
final class SchemasDocumentTest {
    @TempDir
    private Path data;

    @Test
    void sessionAnswersAsWritten() throws Exception {
        String document = Files.readString(Path.of("../docs/schemas.md"));
        int begin = document.indexOf("\n$ ") + 1;
        String session = document.substring(begin, document.indexOf("```", begin));
        String script = session.replaceAll("(?m)^(\\d{3} )", "| $1").replaceAll("(?m)^\\$ ", "");
        try (var node = RegistryNode.start(data)) {
            assertThat(Transcript.replay(script, node::answersTo)).isEqualTo(script);
        }
    }
}
