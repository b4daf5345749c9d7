package barnabas.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads messages from a buffer of untrusted bytes. Every declared length is checked against the bytes that are
/// left before anything is allocated for it; a length that does not fit is a [MalformedMessageException].
public final class MessageReader {
    /// More elements than this are refused whatever the frame size (the guard of Kafka 4.4).
    public static final int ARRAY_ELEMENTS_MAX = 1_000_000;
    /// More tagged fields than this in one struct are refused (the guard of Kafka 4.4).
    public static final int TAGGED_FIELDS_MAX = 10_000;

    private final ByteBuffer buffer;
    private final int elementsMax;
    private int elementsLeft;

    public MessageReader(ByteBuffer buffer) {
        this(buffer, Integer.MAX_VALUE);
    }

    /// @param elementsMax elements of all arrays of the message together; a message with more is refused before they
    ///     are read, as an element of one byte takes many in memory
    public MessageReader(ByteBuffer buffer, int elementsMax) {
        this.buffer = buffer;
        this.elementsMax = elementsMax;
        this.elementsLeft = elementsMax;
    }

    /// Elements of all arrays that were read.
    public int elements() {
        return elementsMax - elementsLeft;
    }

    public int remaining() {
        return buffer.remaining();
    }

    private void need(int bytes, String what) {
        if (bytes > buffer.remaining()) {
            throw new MalformedMessageException(
                    what + " needs " + bytes + " bytes, " + buffer.remaining() + " are left");
        }
    }

    public boolean bool() {
        return int8() != 0;
    }

    public byte int8() {
        need(1, "int8");
        return buffer.get();
    }

    public short int16() {
        need(2, "int16");
        return buffer.getShort();
    }

    public int uint16() {
        return int16() & 0xFFFF;
    }

    public int int32() {
        need(4, "int32");
        return buffer.getInt();
    }

    public long uint32() {
        return int32() & 0xFFFF_FFFFL;
    }

    public long int64() {
        need(8, "int64");
        return buffer.getLong();
    }

    public double float64() {
        return Double.longBitsToDouble(int64());
    }

    public Uuid uuid() {
        need(16, "uuid");
        long high = buffer.getLong();
        long low = buffer.getLong();
        return high == 0 && low == 0 ? Uuid.ZERO : new Uuid(high, low);
    }

    public int unsignedVarint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = int8();
            if (shift == 28 && (next & 0xF0) != 0) break;
            value |= (next & 0x7F) << shift;
            if (next >= 0) return value;
        }
        throw new MalformedMessageException("varint longer than 32 bits");
    }

    /// The length of a string, bytes or records; -1 for null.
    private int blobLength(boolean flexible, boolean shortLength) {
        int length = flexible ? unsignedVarint() - 1 : shortLength ? int16() : int32();
        if (length < -1) throw new MalformedMessageException("negative length " + length);
        if (length > 0) need(length, "declared length");
        return length;
    }

    public @Nullable String nullableString(boolean flexible) {
        int length = blobLength(flexible, true);
        if (length < 0) return null;
        if (length > Short.MAX_VALUE)
            throw new MalformedMessageException("string of " + length + " bytes exceeds 32767");
        return utf8(length);
    }

    public String string(boolean flexible) {
        return notNull(nullableString(flexible), "string");
    }

    /// Most strings are ASCII: the fast path copies them without a decoder.
    private String utf8(int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        for (byte each : bytes) {
            if (each < 0) return strictUtf8(bytes);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String strictUtf8(byte[] bytes) {
        try {
            CharBuffer chars = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return chars.toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("string is no UTF-8");
        }
    }

    /// A copy: callers keep it longer than the network buffer lives.
    public @Nullable ByteBuffer nullableBytes(boolean flexible) {
        int length = blobLength(flexible, false);
        if (length < 0) return null;
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    public ByteBuffer bytes(boolean flexible) {
        return notNull(nullableBytes(flexible), "bytes");
    }

    /// A slice of the buffer that is being read, without a copy.
    public @Nullable RecordData nullableRecords(boolean flexible) {
        int length = blobLength(flexible, false);
        if (length < 0) return null;
        return RecordData.of(slice(length));
    }

    public RecordData records(boolean flexible) {
        return notNull(nullableRecords(flexible), "records");
    }

    private ByteBuffer slice(int length) {
        ByteBuffer slice = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return slice;
    }

    /// The number of elements that follow; -1 for null.
    ///
    /// @param elementBytesMin the fewest bytes that one element can take on the wire, at least 1
    public int nullableArrayLength(boolean flexible, int elementBytesMin) {
        int length = flexible ? unsignedVarint() - 1 : int32();
        if (length < -1) throw new MalformedMessageException("negative array length " + length);
        if (length > ARRAY_ELEMENTS_MAX) {
            throw new MalformedMessageException("array of " + length + " elements exceeds " + ARRAY_ELEMENTS_MAX);
        }
        if ((long) length * elementBytesMin > buffer.remaining()) {
            throw new MalformedMessageException(
                    "array of " + length + " elements cannot fit into " + buffer.remaining() + " bytes");
        }
        if (length > elementsLeft) throw new MalformedMessageException("the arrays have too many elements together");
        if (length > 0) elementsLeft -= length;
        return length;
    }

    public int arrayLength(boolean flexible, int elementBytesMin) {
        int length = nullableArrayLength(flexible, elementBytesMin);
        if (length < 0) throw new MalformedMessageException("null where an array is required");
        return length;
    }

    public int taggedFields() {
        int count = unsignedVarint();
        if (count < 0 || count > TAGGED_FIELDS_MAX || count > buffer.remaining()) {
            throw new MalformedMessageException(Integer.toUnsignedString(count) + " tagged fields");
        }
        return count;
    }

    public int tagSize() {
        int size = unsignedVarint();
        if (size < 0) throw new MalformedMessageException("negative size of a tagged field");
        need(size, "tagged field");
        return size;
    }

    public void skip(int bytes) {
        need(bytes, "skipped field");
        buffer.position(buffer.position() + bytes);
    }

    /// Checks that a known tagged field took exactly the bytes it declared.
    public void endTag(int remainingBefore, int size) {
        if (remainingBefore - buffer.remaining() != size) {
            throw new MalformedMessageException(
                    "tagged field of " + size + " bytes took " + (remainingBefore - buffer.remaining()));
        }
    }

    private static <T> T notNull(@Nullable T value, String type) {
        if (value == null) throw new MalformedMessageException("null where a " + type + " is required");
        return value;
    }
}
