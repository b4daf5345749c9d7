package barnabas.metadata.access;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Addresses in their numeric forms. No name is looked up.
public final class NumericAddress {
    private static final int GROUPS = 8;

    private NumericAddress() {}

    /// 4 bytes of `10.0.0.1` or 16 of `2001:db8::1`; null for anything else. A zone (`%eth0`) does not count.
    public static byte @Nullable [] parse(String text) {
        if (text.indexOf(':') < 0) return v4(text);
        int zone = text.indexOf('%');
        return v6(zone < 0 ? text : text.substring(0, zone));
    }

    private static byte @Nullable [] v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) return null;
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int value = number(parts[i], 3, 10);
            if (value < 0 || value > 255) return null;
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static byte @Nullable [] v6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] all = groups(text);
            return all == null || all.length != GROUPS ? null : bytes(all, new int[0]);
        }
        int[] head = groups(text.substring(0, gap));
        int[] tail = groups(text.substring(gap + 2));
        return head == null || tail == null || head.length + tail.length >= GROUPS ? null : bytes(head, tail);
    }

    /// Groups of 16 bits; the last two may be an address of four bytes.
    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) return new int[0];
        String[] parts = text.split(":", -1);
        int[] groups = new int[parts.length + 1];
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                byte[] last = v4(parts[i]);
                if (last == null) return null;
                groups[count++] = (last[0] & 0xff) << 8 | (last[1] & 0xff);
                groups[count++] = (last[2] & 0xff) << 8 | (last[3] & 0xff);
            } else {
                int value = number(parts[i], 4, 16);
                if (value < 0) return null;
                groups[count++] = value;
            }
        }
        return count > GROUPS ? null : Arrays.copyOf(groups, count);
    }

    private static byte[] bytes(int[] head, int[] tail) {
        byte[] bytes = new byte[2 * GROUPS];
        for (int i = 0; i < head.length; i++) put(bytes, i, head[i]);
        for (int i = 0; i < tail.length; i++) put(bytes, GROUPS - tail.length + i, tail[i]);
        return bytes;
    }

    private static void put(byte[] bytes, int group, int value) {
        bytes[2 * group] = (byte) (value >> 8);
        bytes[2 * group + 1] = (byte) value;
    }

    /// -1 for anything but one to `digitsMax` digits.
    private static int number(String text, int digitsMax, int radix) {
        if (text.isEmpty() || text.length() > digitsMax) return -1;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) return -1;
            value = value * radix + digit;
        }
        return value;
    }
}
