package barnabas.coordination.groups.common;

import java.util.UUID;
import java.util.random.RandomGenerator;

/// Ids that the coordinator gives to members of classic groups.
public final class MemberIds {
    /// A prefix that a client chose is cut here, so that the id still fits into a protocol string.
    private static final int PREFIX_CHARS_MAX = 1_024;

    private MemberIds() {}

    /// The client's name for itself (or for the group instance), a dash, and a random UUID.
    public static String random(String prefix, RandomGenerator random) {
        String kept = prefix.length() <= PREFIX_CHARS_MAX ? prefix : prefix.substring(0, PREFIX_CHARS_MAX);
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return kept + "-" + new UUID(high, low);
    }
}
