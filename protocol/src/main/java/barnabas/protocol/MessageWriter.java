package barnabas.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Target that a message writes itself to. Two implementations: [SizeCounter] adds up, [BufferWriter] writes; one
/// generated `write` method serves both, so a size can never disagree with the bytes.
public interface MessageWriter {
    /// The longest error message in UTF-8. Messages quote what a request holds, often once for each of its elements.
    int ERROR_MESSAGE_BYTES_MAX = 4_096;

    void bool(boolean value);

    void int8(byte value);

    void int16(short value);

    void uint16(int value);

    void int32(int value);

    void uint32(long value);

    void int64(long value);

    void float64(double value);

    void uuid(Uuid value);

    void unsignedVarint(int value);

    /// UTF-8 without any length in front.
    void utf8(String value, int sizeBytes);

    /// The bytes between position and limit; neither is moved.
    void raw(ByteBuffer value);

    /// Record batches; a file slice stays where it is and is only noted.
    void recordData(RecordData value);

    default void string(@Nullable String value, boolean flexible) {
        if (value == null) {
            if (flexible) unsignedVarint(0);
            else int16((short) -1);
            return;
        }
        int size = Utf8.sizeBytes(value);
        if (size > Short.MAX_VALUE) throw new IllegalArgumentException("string of " + size + " bytes exceeds 32767");
        if (flexible) unsignedVarint(size + 1);
        else int16((short) size);
        utf8(value, size);
    }

    /// A text for people, cut where it is longer than [#ERROR_MESSAGE_BYTES_MAX], so that no message is too long for
    /// the protocol. The generator writes every field whose name ends with `ErrorMessage` this way.
    default void errorMessage(@Nullable String value, boolean flexible) {
        string(value == null ? null : Utf8.shortened(value, ERROR_MESSAGE_BYTES_MAX), flexible);
    }

    default void bytes(@Nullable ByteBuffer value, boolean flexible) {
        if (value == null) {
            nullLength(flexible);
            return;
        }
        arrayLength(value.remaining(), flexible);
        raw(value);
    }

    default void records(@Nullable RecordData value, boolean flexible) {
        if (value == null) {
            nullLength(flexible);
            return;
        }
        arrayLength(value.sizeBytes(), flexible);
        recordData(value);
    }

    default void arrayLength(int length, boolean flexible) {
        if (flexible) unsignedVarint(length + 1);
        else int32(length);
    }

    default void nullLength(boolean flexible) {
        if (flexible) unsignedVarint(0);
        else int32(-1);
    }
}
