package barnabas.protocol;

/// Sizes of variable-length integers: seven bits a byte, lowest first, the high bit says that another byte follows.
/// Signed values are zigzag-encoded first.
public final class Varints {
    private Varints() {}

    public static int sizeOfUnsigned(int value) {
        // ceil(bits / 7) without a division; 38 and 9/64 approximate 1/7 closely enough for 32 bits.
        return ((38 - Integer.numberOfLeadingZeros(value | 1)) * 37) >>> 8;
    }

    public static int sizeOfUnsigned(long value) {
        return ((70 - Long.numberOfLeadingZeros(value | 1)) * 37) >>> 8;
    }

    public static int sizeOf(int value) {
        return sizeOfUnsigned(zigzag(value));
    }

    public static int sizeOf(long value) {
        return sizeOfUnsigned(zigzag(value));
    }

    public static int zigzag(int value) {
        return (value << 1) ^ (value >> 31);
    }

    public static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    public static int unzigzag(int value) {
        return (value >>> 1) ^ -(value & 1);
    }

    public static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }
}
