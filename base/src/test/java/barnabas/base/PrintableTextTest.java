package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrintableTextTest {
    @Test
    void plainTextStaysTheSameObject() {
        String text = "group-1 ä 漢 \uD83D\uDE00 \\n";
        assertThat(PrintableText.oneLine(text, 100)).isSameAs(text);
        assertThat(PrintableText.lines(text)).isSameAs(text);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(PrintableText.oneLine("a\nb\r\tc\u001b[31m\u009b\u0000\u202e\u2028", 100))
                .isEqualTo("a\\nb\\r\\tc\\u001b[31m\\u009b\\u0000\\u202e\\u2028");
        assertThat(PrintableText.lines("a\n\tb\r\u001b[2J")).isEqualTo("a\n\tb\\r\\u001b[2J");
    }

    @Test
    void longTextIsCutAndSaysByHowMuch() {
        assertThat(PrintableText.oneLine("x".repeat(30_000), 10)).isEqualTo("xxxxxxxxxx... (29990 more characters)");
        assertThat(PrintableText.oneLine("\uD83D\uDE00".repeat(10), 3)).startsWith("\uD83D\uDE00\uD83D\uDE00...");
    }

    @Test
    void anyTextBecomesOneShortLine() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            int length = random.nextInt(200);
            for (int i = 0; i < length; i++) text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
            String line = PrintableText.oneLine(text.toString(), 50);
            assertThat(line.length()).as("seed %d", seed).isLessThan(50 + 6 + 40);
            assertThat(line.chars().noneMatch(Character::isISOControl))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }
}
