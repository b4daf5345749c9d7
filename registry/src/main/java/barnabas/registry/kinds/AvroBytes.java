package barnabas.registry.kinds;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.avro.Schema;

/// Avro's binary form, walked by a schema without an object for a value. A value is in order when all its parts are
/// there and each number of a union's branch, an enum's symbol and a boolean exists.
///
/// Each step down takes at least one byte or is one of [#DEPTH_MAX]: parts that never take a byte are left out. So the
/// walk is as long as the data times the depth, whatever the schema.
///
/// @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">binary encoding</a>
abstract class AvroBytes {
    static final int WRONG = -1;
    private static final int DEPTH_MAX = 200;
    /// Items of an array that take no byte: a count alone stands for all of them, and readers make room for them.
    private static final long EMPTY_ITEMS_MAX = 1 << 10;

    /// The position behind the value that begins at `at`, or [#WRONG].
    abstract int end(ByteBuffer bytes, int at, int limit, int depth);

    /// Whether exactly one value lies between the positions.
    boolean fits(ByteBuffer bytes, int at, int limit) {
        return end(bytes, at, limit, 0) == limit;
    }

    static AvroBytes of(Schema schema) {
        return new Compiler().of(schema);
    }

    /// Makes the walks of a schema, one for each of its named types.
    private static final class Compiler {
        private final IdentityHashMap<Schema, Fields> records = new IdentityHashMap<>();
        private final IdentityHashMap<Schema, Boolean> empty = new IdentityHashMap<>();

        AvroBytes of(Schema schema) {
            if (isEmpty(schema)) return new Fixed(0);
            return switch (schema.getType()) {
                case NULL -> new Fixed(0);
                case BOOLEAN -> new Index(2, false);
                case INT -> new Varint(5);
                case LONG -> new Varint(10);
                case FLOAT -> new Fixed(Float.BYTES);
                case DOUBLE -> new Fixed(Double.BYTES);
                case BYTES, STRING -> new Sized();
                case FIXED -> new Fixed(schema.getFixedSize());
                case ENUM -> new Index(schema.getEnumSymbols().size(), true);
                case ARRAY -> new Blocks(of(schema.getElementType()), false, isEmpty(schema.getElementType()));
                case MAP -> new Blocks(of(schema.getValueType()), true, false);
                case UNION -> new Union(schema.getTypes().stream().map(this::of).toArray(AvroBytes[]::new));
                case RECORD -> record(schema);
            };
        }

        private AvroBytes record(Schema schema) {
            Fields known = records.get(schema);
            if (known != null) return known;
            var walk = new Fields();
            records.put(schema, walk);
            List<AvroBytes> fields = new ArrayList<>();
            for (Schema.Field each : schema.getFields()) if (!isEmpty(each.schema())) fields.add(of(each.schema()));
            walk.set(fields);
            return walk;
        }

        /// Whether values never take a byte. A record that holds itself has no values: its walk ends too deep.
        private boolean isEmpty(Schema schema) {
            return switch (schema.getType()) {
                case NULL -> true;
                case FIXED -> schema.getFixedSize() == 0;
                case RECORD -> {
                    Boolean known = empty.get(schema);
                    if (known != null) yield known;
                    empty.put(schema, false);
                    boolean all = true;
                    for (Schema.Field each : schema.getFields()) all &= isEmpty(each.schema());
                    empty.put(schema, all);
                    yield all;
                }
                default -> false;
            };
        }
    }

    /// The value of a zigzag varint that begins at a position where [#varintEnd] found one.
    private static long varint(ByteBuffer bytes, int at) {
        long raw = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get(at++);
            raw |= (long) (next & 0x7f) << shift;
            if (next >= 0) return raw >>> 1 ^ -(raw & 1);
        }
    }

    private static int varintEnd(ByteBuffer bytes, int at, int limit, int bytesMax) {
        if (at < limit && bytes.get(at) >= 0) return at + 1;
        int most = Math.min(limit, at + bytesMax);
        for (int i = at; i < most; i++) if (bytes.get(i) >= 0) return i + 1;
        return WRONG;
    }

    private static int sizedEnd(ByteBuffer bytes, int at, int limit) {
        byte first = at < limit ? bytes.get(at) : -1;
        if (first >= 0 && (first & 1) == 0) return first >> 1 > limit - at - 1 ? WRONG : at + 1 + (first >> 1);
        int from = varintEnd(bytes, at, limit, 10);
        if (from < 0) return WRONG;
        long size = varint(bytes, at);
        return size < 0 || size > limit - from ? WRONG : from + (int) size;
    }

    private static final class Fixed extends AvroBytes {
        private final int size;

        Fixed(int size) {
            this.size = size;
        }

        @Override
        int end(ByteBuffer bytes, int at, int limit, int depth) {
            return size > limit - at ? WRONG : at + size;
        }
    }

    private static final class Varint extends AvroBytes {
        private final int bytesMax;

        Varint(int bytesMax) {
            this.bytesMax = bytesMax;
        }

        @Override
        int end(ByteBuffer bytes, int at, int limit, int depth) {
            return varintEnd(bytes, at, limit, bytesMax);
        }
    }

    private static final class Sized extends AvroBytes {
        @Override
        int end(ByteBuffer bytes, int at, int limit, int depth) {
            return sizedEnd(bytes, at, limit);
        }
    }

    /// A number from 0 on, as a zigzag varint or a byte.
    private static final class Index extends AvroBytes {
        private final int count;
        private final boolean zigzag;

        Index(int count, boolean zigzag) {
            this.count = count;
            this.zigzag = zigzag;
        }

        @Override
        int end(ByteBuffer bytes, int at, int limit, int depth) {
            int end = zigzag ? varintEnd(bytes, at, limit, 5) : at + 1;
            if (end < 0 || end > limit) return WRONG;
            long index = zigzag ? varint(bytes, at) : bytes.get(at);
            return index < 0 || index >= count ? WRONG : end;
        }
    }

    private static final class Union extends AvroBytes {
        private final AvroBytes[] branches;

        Union(AvroBytes[] branches) {
            this.branches = branches;
        }

        @Override
        int end(ByteBuffer bytes, int at, int limit, int depth) {
            int from = varintEnd(bytes, at, limit, 5);
            if (from < 0) return WRONG;
            long index = varint(bytes, at);
            if (index < 0 || index >= branches.length) return WRONG;
            return branches[(int) index].end(bytes, from, limit, depth);
        }
    }

    /// Array or map: counts with as many items each, the last count is 0. Behind a negative one stands its size.
    private static final class Blocks extends AvroBytes {
        private final AvroBytes item;
        private final boolean keys;
        private final boolean emptyItems;

        Blocks(AvroBytes item, boolean keys, boolean emptyItems) {
            this.item = item;
            this.keys = keys;
            this.emptyItems = emptyItems;
        }

        @Override
        int end(ByteBuffer bytes, int from, int limit, int depth) {
            if (depth >= DEPTH_MAX) return WRONG;
            int at = from;
            long all = 0;
            while (true) {
                int next = varintEnd(bytes, at, limit, 10);
                if (next < 0) return WRONG;
                long count = varint(bytes, at);
                at = next;
                if (count == 0) return at;
                long size = -1;
                if (count < 0) {
                    next = varintEnd(bytes, at, limit, 10);
                    if (next < 0) return WRONG;
                    size = varint(bytes, at);
                    at = next;
                    count = -count;
                    if (size < 0 || size > limit - at) return WRONG;
                }
                if (emptyItems && (count < 0 || (all += Math.min(count, EMPTY_ITEMS_MAX + 1)) > EMPTY_ITEMS_MAX))
                    return WRONG;
                int begin = at;
                at = items(bytes, at, limit, depth, count);
                if (at < 0 || (size >= 0 && at - begin != size)) return WRONG;
            }
        }

        private int items(ByteBuffer bytes, int from, int limit, int depth, long count) {
            if (emptyItems) return from;
            if (count < 0 || count > limit - from) return WRONG;
            int at = from;
            for (long i = 0; i < count; i++) {
                if (keys) at = sizedEnd(bytes, at, limit);
                if (at >= 0) at = item.end(bytes, at, limit, depth + 1);
                if (at < 0) return WRONG;
            }
            return at;
        }
    }

    /// The kinds of fields that most records have are walked in the loop: a call for each costs as much as its bytes.
    private static final class Fields extends AvroBytes {
        private static final byte OTHER = 0;
        private static final byte VARINT = 1;
        private static final byte SIZED = 2;
        private static final byte FIXED = 3;

        private AvroBytes[] fields = {};
        private byte[] kinds = {};
        private int[] sizes = {};

        void set(List<AvroBytes> all) {
            fields = all.toArray(AvroBytes[]::new);
            kinds = new byte[fields.length];
            sizes = new int[fields.length];
            for (int i = 0; i < fields.length; i++) {
                kinds[i] = switch (fields[i]) {
                    case Varint _ -> VARINT;
                    case Sized _ -> SIZED;
                    case Fixed _ -> FIXED;
                    default -> OTHER;
                };
                if (fields[i] instanceof Varint varint) sizes[i] = varint.bytesMax;
                else if (fields[i] instanceof Fixed fixed) sizes[i] = fixed.size;
            }
        }

        @Override
        int end(ByteBuffer bytes, int from, int limit, int depth) {
            if (depth >= DEPTH_MAX) return WRONG;
            int at = from;
            for (int i = 0; i < kinds.length; i++) {
                at = switch (kinds[i]) {
                    case VARINT -> varintEnd(bytes, at, limit, sizes[i]);
                    case SIZED -> sizedEnd(bytes, at, limit);
                    case FIXED -> sizes[i] > limit - at ? WRONG : at + sizes[i];
                    default -> fields[i].end(bytes, at, limit, depth + 1);
                };
                if (at < 0) return WRONG;
            }
            return at;
        }
    }
}
