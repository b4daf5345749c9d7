package barnabas.broker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestLinesTest {
    private final RequestLines lines = new RequestLines();

    private void add(int from, int to) {
        for (int i = from; i < to; i++) lines.add("line " + i);
    }

    @Test
    void linesComeOnceAndInOrder() {
        assertThat(lines.since("end")).isEqualTo("0");
        add(0, 3);
        assertThat(lines.since("0")).isEqualTo("3\nline 0\nline 1\nline 2");
        assertThat(lines.since("2")).isEqualTo("3\nline 2");
        assertThat(lines.since("3")).isEqualTo("3");
        assertThat(lines.since("end")).isEqualTo("3");
        assertThat(lines.since("soon")).isNull();
    }

    @Test
    void tooManyAndTooLongOnesAreLeftOut() {
        add(0, 2_500);
        assertThat(lines.since("0")).contains("\nline 1500\n").doesNotContain("\nline 1499\n");
        String answer = lines.since("-5");
        assertThat(answer).hasSizeLessThan(RequestLines.CHARS_MAX + 20);
        long next = Long.parseLong(answer.substring(0, answer.indexOf('\n')));
        assertThat(lines.since("" + next))
                .contains("\nline " + next + "\n")
                .doesNotContain("\nline " + (next - 1) + "\n");
        lines.add("x".repeat(100_000));
        assertThat(lines.since("2500")).hasSize("2501\n".length() + RequestLines.LINE_CHARS_MAX);
        assertThat(lines.since("" + Long.MAX_VALUE)).isEqualTo("2501");
    }
}
