package barnabas.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// UTF-8 sizes and encoding; strings in the protocol are short and mostly ASCII.
final class Utf8 {
    private static final String CUT = "...";

    private Utf8() {}

    static int sizeBytes(String value) {
        int size = 0;
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                size++;
            } else if (c < 0x800) {
                size += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                size += 4;
                i++;
            } else {
                // A lone surrogate is encoded as '?', one byte, like String.getBytes does.
                size += Character.isSurrogate(c) ? 1 : 3;
            }
        }
        return size;
    }

    /// The text if it fits, otherwise as many whole characters as fit together with an ellipsis.
    static String shortened(String value, int bytesMax) {
        // A char takes three bytes at most.
        if (value.length() <= bytesMax / 3 || sizeBytes(value) <= bytesMax) return value;
        int end = Math.min(value.length(), bytesMax - CUT.length());
        while (sizeBytes(value.substring(0, end)) > bytesMax - CUT.length()) {
            int over = sizeBytes(value.substring(0, end)) - (bytesMax - CUT.length());
            end -= Math.max(1, over / 3);
        }
        if (end > 0 && Character.isHighSurrogate(value.charAt(end - 1))) end--;
        return value.substring(0, end) + CUT;
    }

    static void put(ByteBuffer target, String value, int sizeBytes) {
        int length = value.length();
        if (sizeBytes == length) {
            for (int i = 0; i < length; i++) {
                char c = value.charAt(i);
                target.put((byte) (Character.isSurrogate(c) ? '?' : c));
            }
        } else {
            target.put(value.getBytes(StandardCharsets.UTF_8));
        }
    }
}
