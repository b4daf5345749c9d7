package barnabas.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.generator.Main;
import barnabas.protocol.message.AlterConfigsResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// An error message may quote what a client sent, which is as long as the client likes.
class ErrorMessageTest {
    @Test
    void noMessageIsTooLongToBeSent() {
        var random = new SplittableRandom(1);
        String alphabet = "aä€😀";
        for (int length : new int[] {0, 100, 1_365, 1_366, 4_096, 4_097, 32_767, 32_768, 100_000}) {
            var text = new StringBuilder();
            while (text.length() < length) {
                int at = random.nextInt(4);
                text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
            }
            String sent = throughTheWire(text.toString());
            assertThat(Utf8.sizeBytes(sent)).isLessThanOrEqualTo(MessageWriter.ERROR_MESSAGE_BYTES_MAX);
            if (Utf8.sizeBytes(text.toString()) <= MessageWriter.ERROR_MESSAGE_BYTES_MAX) {
                assertThat(sent).isEqualTo(text.toString());
            } else {
                assertThat(sent).endsWith("...").doesNotContain("?");
                assertThat(text.toString()).startsWith(sent.substring(0, sent.length() - 3));
                assertThat(Utf8.sizeBytes(sent)).isGreaterThan(MessageWriter.ERROR_MESSAGE_BYTES_MAX / 2);
            }
        }
    }

    private static String throughTheWire(String message) {
        var entry = new AlterConfigsResponse.AlterConfigsResourceResponse((short) 40, message, (byte) 2, "t");
        ByteBuffer bytes =
                AlterConfigsResponse.builder().responses(List.of(entry)).build().toBuffer((short) 2);
        var read = AlterConfigsResponse.read(new MessageReader(bytes), (short) 2);
        return String.valueOf(read.responses().getFirst().errorMessage());
    }

    /// The rule goes by the field's name; a new kind of text for people has to follow it.
    @Test
    void responsesHaveNoOtherTextForPeople() throws Exception {
        assertThat(Main.schemas("common/message/ProduceRequest.json").stream()
                        .filter(schema -> schema.kind().equals("response"))
                        .flatMap(schema -> Stream.concat(
                                        schema.fields().stream(),
                                        schema.structs().values().stream().flatMap(List::stream))
                                .map(field -> field.name().toLowerCase(Locale.ROOT)))
                        .filter(name -> name.contains("message"))
                        .distinct())
                .allMatch(name -> name.endsWith("errormessage"));
    }
}
