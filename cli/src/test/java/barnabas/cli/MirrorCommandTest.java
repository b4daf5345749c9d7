package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Definitions of mirrors that are refused before a broker is asked.
class MirrorCommandTest {
    private final ScriptedConsole console = new ScriptedConsole();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "west, [(, x, --topics: '[(' is no regular expression",
                "west, \" \", x, --topics is empty",
                "west, x, (a{1000}){1000}, --groups: '(a{1000}){1000}' is no regular expression",
                "a/b, x, x, NAME takes letters",
            })
    void wrongDefinitionsAreRefused(String name, String topics, String groups, String problem) {
        int code = console.run(
                "mirror", "create", name, "--source", "127.0.0.1:1", "--topics", topics, "--groups", groups);
        assertThat(code).as(console.err()).isEqualTo(2);
        assertThat(console.err()).startsWith("barnabas: " + problem);
    }
}
