package barnabas.metadata.access;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Range of addresses in CIDR notation, `10.1.0.0/16` or `2001:db8::/32`; from metadata.version 4.4-IV1 on an ACL may
/// have one for its host.
///
/// Two texts of one range are equal: bits behind the prefix do not count.
public record Subnet(Bits network, int prefixBits) {
    /// Address of 4 or 16 bytes that is compared by its content.
    public static final class Bits {
        private final byte[] bytes;

        private Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bits that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        int count() {
            return 8 * bytes.length;
        }
    }

    /// The range that `text` names; null when it is none.
    public static @Nullable Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || slash < text.length() - 4) return null;
        byte[] address = NumericAddress.parse(text.substring(0, slash));
        if (address == null) return null;
        int bits = 0;
        for (int i = slash + 1; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') return null;
            bits = bits * 10 + digit - '0';
        }
        return bits > 8 * address.length ? null : of(address, bits);
    }

    /// The reason why `text` is no range, in Kafka's words.
    public static String problemWith(String text) {
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : NumericAddress.parse(text.substring(0, slash));
        String bits = text.substring(slash + 1);
        return address == null || !bits.matches("\\d{1,3}")
                ? "Could not parse [" + text + "]"
                : "Value [" + bits + "] not in range [0," + 8 * address.length + "]";
    }

    /// The range of the first `prefixBits` bits of an address of 4 or 16 bytes.
    public static Subnet of(byte[] address, int prefixBits) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefixBits - 8L * i, 0, 8);
            masked[i] &= (byte) (0xff00 >> kept);
        }
        return new Subnet(new Bits(masked), prefixBits);
    }

    public boolean isV4() {
        return network.count() == 32;
    }

    /// Whether `range` is a range with `address` in it. Texts that are not addresses are in none.
    static boolean contains(String range, String address) {
        if (range.indexOf('/') < 0) return false;
        Subnet subnet = parse(range);
        byte[] bytes = NumericAddress.parse(address);
        return subnet != null
                && bytes != null
                && 8 * bytes.length == subnet.network.count()
                && of(bytes, subnet.prefixBits).equals(subnet);
    }
}
