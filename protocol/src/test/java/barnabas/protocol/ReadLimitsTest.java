package barnabas.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.message.MetadataRequest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// Lengths that a few bytes can declare are refused before anything is allocated for them.
class ReadLimitsTest {
    private static MessageReader of(int elementsMax, int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int each : bytes) buffer.put((byte) each);
        return new MessageReader(buffer.flip(), elementsMax);
    }

    private static int[] padded(int size, int... first) {
        int[] bytes = new int[size];
        System.arraycopy(first, 0, bytes, 0, first.length);
        return bytes;
    }

    @Test
    void anArrayHasAsManyElementsAsItsBytesCanHold() {
        int[] sixtyFour = padded(68, 0, 0, 0, 64);
        assertThat(of(64, sixtyFour).arrayLength(false, 1)).isEqualTo(64);
        assertThatThrownBy(() -> of(64, sixtyFour).arrayLength(false, 2)).hasMessageContaining("cannot fit");
        assertThatThrownBy(() -> of(63, sixtyFour).arrayLength(false, 1)).hasMessageContaining("too many elements");
        assertThatThrownBy(() -> of(64, 0x7F, 0xFF, 0xFF, 0xFF, 0).arrayLength(false, 1))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> of(64, 0xFF, 0xFF, 0xFF, 0xFE).arrayLength(false, 1))
                .hasMessageContaining("negative");
    }

    /// Elements of all arrays count together, so that arrays in arrays do not multiply.
    @Test
    void arraysOfAMessageHaveALimitTogether() {
        MessageReader reader = of(100, padded(128, 0, 0, 0, 60));
        assertThat(reader.arrayLength(false, 1)).isEqualTo(60);
        MessageReader second = of(100, padded(136, 0, 0, 0, 60, 0, 0, 0, 60));
        assertThat(second.arrayLength(false, 1)).isEqualTo(60);
        assertThatThrownBy(() -> second.arrayLength(false, 1)).hasMessageContaining("too many elements");
        assertThat(second.elements()).isEqualTo(60);
    }

    @Test
    void taggedFieldsHaveALimit() {
        int[] many = padded(20_000, 0x91, 0x4E);
        assertThatThrownBy(() -> of(10, many).taggedFields()).hasMessage("10001 tagged fields");
        assertThatThrownBy(() -> of(10, 0x05, 0, 0).taggedFields()).hasMessage("5 tagged fields");
        assertThatThrownBy(() -> of(10, 0x7F, 0).tagSize()).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> of(10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).unsignedVarint())
                .hasMessageContaining("varint");
    }

    /// A request of 12 bytes that promises a million topics.
    @Test
    void aRequestIsRefusedByItsFirstLength() {
        assertThatThrownBy(() -> MetadataRequest.read(of(1_000_000, padded(12, 0xC1, 0x84, 0x3D)), (short) 12))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("cannot fit");
    }
}
