package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `COUNT_DISTINCT`, an estimate by HyperLogLog (Flajolet and others, 2007). Up to 256 values are counted exactly. The
/// aggregate is one kind of these bytes:
///
/// ```
/// exact:    0, then 8 bytes for the hash of each value
/// estimate: 1, then 4096 registers of one byte
/// ```
final class Cardinality {
    private static final int EXACT_MAX = 256;
    private static final int INDEX_BITS = 12;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private Cardinality() {}

    static SqlFunction function() {
        return Aggregate.named("COUNT_DISTINCT", "Estimates the number of distinct values, to about 2 percent.")
                .variant(
                        "(column T) BIGINT",
                        (_, _) -> new Fold(
                                SqlType.BYTES,
                                SqlType.BIGINT,
                                ByteBuffer.wrap(new byte[1]).asReadOnlyBuffer(),
                                (sketch, row) -> row[0] == null ? sketch : with(bytes(sketch), hash(row[0])),
                                Cardinality::merge,
                                null,
                                sketch -> estimate(bytes(sketch))))
                .example("COUNT_DISTINCT(X) OVER {1, 2, NULL, 1} => 2")
                .build();
    }

    private static ByteBuffer bytes(@Nullable Object sketch) {
        return ((ByteBuffer) Objects.requireNonNull(sketch)).duplicate();
    }

    private static boolean exact(ByteBuffer sketch) {
        return sketch.get(sketch.position()) == 0;
    }

    private static ByteBuffer with(ByteBuffer sketch, long hash) {
        if (!exact(sketch)) {
            byte[] registers = registers(sketch);
            return note(registers, hash) ? value(registers) : sketch;
        }
        for (int at = sketch.position() + 1; at < sketch.limit(); at += Long.BYTES)
            if (sketch.getLong(at) == hash) return sketch;
        int size = sketch.remaining();
        if (size / Long.BYTES >= EXACT_MAX) {
            byte[] registers = registers(sketch);
            boolean _ = note(registers, hash);
            return value(registers);
        }
        return ByteBuffer.allocate(size + Long.BYTES)
                .put(sketch)
                .putLong(hash)
                .flip()
                .asReadOnlyBuffer();
    }

    private static ByteBuffer value(byte[] registers) {
        return ByteBuffer.allocate(1 + REGISTERS)
                .put((byte) 1)
                .put(registers)
                .flip()
                .asReadOnlyBuffer();
    }

    /// Registers of a sketch of either kind.
    private static byte[] registers(ByteBuffer sketch) {
        byte[] registers = new byte[REGISTERS];
        if (exact(sketch)) {
            for (int at = sketch.position() + 1; at < sketch.limit(); at += Long.BYTES) {
                boolean _ = note(registers, sketch.getLong(at));
            }
        } else {
            sketch.get(sketch.position() + 1, registers);
        }
        return registers;
    }

    /// @return whether a register changed
    private static boolean note(byte[] registers, long hash) {
        int index = (int) (hash >>> (Long.SIZE - INDEX_BITS));
        byte rank = (byte) (Long.numberOfLeadingZeros((hash << INDEX_BITS) | 1L << (INDEX_BITS - 1)) + 1);
        if (registers[index] >= rank) return false;
        registers[index] = rank;
        return true;
    }

    private static Object merge(@Nullable Object left, @Nullable Object right) {
        ByteBuffer a = bytes(left);
        ByteBuffer b = bytes(right);
        if (exact(b)) {
            for (int at = b.position() + 1; at < b.limit(); at += Long.BYTES) a = with(a.duplicate(), b.getLong(at));
            return a;
        }
        byte[] registers = registers(a);
        byte[] others = registers(b);
        for (int at = 0; at < REGISTERS; at++) registers[at] = (byte) Math.max(registers[at], others[at]);
        return value(registers);
    }

    private static long estimate(ByteBuffer sketch) {
        if (exact(sketch)) return (sketch.remaining() - 1L) / Long.BYTES;
        byte[] registers = registers(sketch);
        double sum = 0;
        int zeros = 0;
        for (byte register : registers) {
            sum += Math.scalb(1.0, -register);
            if (register == 0) zeros++;
        }
        double raw = ALPHA * REGISTERS * REGISTERS / sum;
        boolean few = raw <= 2.5 * REGISTERS && zeros > 0;
        return Math.round(few ? REGISTERS * Math.log((double) REGISTERS / zeros) : raw);
    }

    /// 64 bits of hash, the same in every process.
    private static long hash(@Nullable Object value) {
        return switch (value) {
            case null -> 1;
            case Integer number -> mix(number);
            case Long number -> mix(number);
            case Double number -> mix(Double.doubleToLongBits(number));
            case BigDecimal number ->
                hash(number.stripTrailingZeros().toPlainString().getBytes(StandardCharsets.UTF_8));
            case ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                yield hash(copy);
            }
            case List<?> list -> {
                long hash = 3;
                for (Object each : list) hash = mix(hash ^ hash(each));
                yield hash;
            }
            case Map<?, ?> map -> {
                long hash = 5;
                for (Map.Entry<?, ?> each : map.entrySet())
                    hash += mix(hash(each.getKey()) ^ Long.rotateLeft(hash(each.getValue()), 32));
                yield mix(hash);
            }
            case Struct struct -> hash(struct.values());
            default -> hash(value.toString().getBytes(StandardCharsets.UTF_8));
        };
    }

    /// FNV-1a, mixed.
    private static long hash(byte[] bytes) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : bytes) hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        return mix(hash);
    }

    /// Finalizer of SplitMix64 (Steele and others, 2014).
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
