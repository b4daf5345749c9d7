package barnabas.base.security;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes values of ASN.1 in DER: `| tag | length | content |`.
final class Der {
    static final int INTEGER = 0x02;
    static final int BITS = 0x03;
    static final int OCTETS = 0x04;
    static final int SEQUENCE = 0x30;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int LONG_LENGTH = 0x80;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < LONG_LENGTH) {
            out.write(length);
        } else {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int from = size[0] == 0 ? 1 : 0;
            out.write(LONG_LENGTH | (size.length - from));
            out.write(size, from, size.length - from);
        }
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    /// Whole bytes as a BIT STRING.
    static byte[] bits(byte[] content) {
        return of(BITS, new byte[] {0}, content);
    }

    static byte[] time(Instant at) {
        return of(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }
}
