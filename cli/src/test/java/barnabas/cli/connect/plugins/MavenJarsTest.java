package barnabas.cli.connect.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MavenJarsTest {
    @Test
    void theFirstErrorWithWordsIsTheReason() {
        assertThat(MavenJars.problem(List.of(
                        "\u001b[0m\u001b[0m[ERROR] Failed to execute goal on project plugin: Could not find a:b:1 -> [Help 1]",
                        "[ERROR] ",
                        "[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.")))
                .isEqualTo("Could not find a:b:1");
        assertThat(MavenJars.problem(List.of("[ERROR] ", "[ERROR] second"))).isEqualTo("second");
        assertThat(MavenJars.problem(List.of("a jar [ERROR]"))).isEqualTo("it gave no reason");
    }
}
