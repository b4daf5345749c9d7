package barnabas.transcripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    /// Answers each command with its arguments.
    private static String echo(String script) {
        return Transcript.replay(script, Command::arguments);
    }

    @Test
    void rightAnswersStay() {
        String script = """
                # a comment

                say a           => a
                say a b
                | a
                | b
                say
                say c
                | c
                """;
        assertThat(echo(script)).isEqualTo(script);
    }

    @Test
    void wrongAnswersAreReplaced() {
        assertThat(echo("""
                say a           => b
                say a b         => a
                say             => a
                say a
                say a
                | b
                | c
                """)).isEqualTo("""
                say a           => a
                say a b
                | a
                | b
                say
                say a
                | a
                say a
                | a
                """);
    }

    @Test
    void commandsHaveWordsAndOptions() {
        var command = new ArrayList<Command>();
        Transcript.replay("join  a v=3 own  topics=t=u empty=   =>", given -> {
            command.add(given);
            return List.of();
        });
        var join = command.getFirst();
        assertThat(join.name()).isEqualTo("join");
        assertThat(join.parts()).containsExactly("join", "a", "v=3", "own", "topics=t=u", "empty=");
        assertThat(join.words()).containsExactly("join", "a", "own");
        assertThat(join.has("own")).isTrue();
        assertThat(join.number("v", 9)).isEqualTo(3);
        assertThat(join.number("w", 9)).isEqualTo(9);
        assertThat(join.option("topics", "")).isEqualTo("t=u");
        assertThat(join.option("empty", "full")).isEmpty();
        assertThat(join.options().keySet()).containsExactly("v", "topics", "empty");
        assertThat(join.unknown()).hasMessageContaining("join a v=3");
    }

    @Test
    void textsThatAreNoTranscripts() {
        assertThatThrownBy(() -> echo("| a\nsay a\n")).hasMessageContaining("before the first command");
        assertThatThrownBy(() -> Transcript.replay("say", _ -> Arrays.asList("a\nb")))
                .hasMessageContaining("several lines");
    }
}
