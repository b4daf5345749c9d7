package barnabas.conformance.hostile;

import barnabas.protocol.Message;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.SizeCounter;
import barnabas.protocol.Uuid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Well-formed requests of any kind with extreme values: ends of ranges, nulls, long and repeated names, long lists.
final class ExtremeMessages {
    /// Topics, groups and transactional ids of the attackers. A bounded set: clients that may create topics may create
    /// any number.
    private static final int NAMES = 12;

    private static final int LONG_LIST = 10_000;
    private static final int BYTES_MAX = 6 << 20;

    private final RandomGenerator random;

    ExtremeMessages(RandomGenerator random) {
        this.random = random;
    }

    /// A request of an API, in any of its versions, as it goes over the wire.
    byte[] frame(Wire.Served api) {
        short version = (short) random.nextInt(api.lowest(), api.highest() + 1);
        String client = random.nextInt(20) == 0 ? "c".repeat(random.nextInt(10_000)) : "hostile\n\u001b[1m";
        return Wire.frame(api.key(), version, client, request(api.type(), version));
    }

    /// @throws IllegalStateException when the version has no such message
    RequestMessage request(Class<? extends RequestMessage> type, short version) {
        try {
            return (RequestMessage) build(type, version, random.nextInt(3) == 0);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object build(Class<?> type, short version, boolean large) throws ReflectiveOperationException {
        Object message = type.getField("DEFAULT").get(null);
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            // Some fields stay as most clients leave them, so that others are looked at at all.
            if (random.nextInt(5) == 0) continue;
            Object changed = with(message, components, i, value(components[i], version, large));
            if (changed != null && isWritable((Message) changed, version)) message = changed;
        }
        return message;
    }

    private static boolean isWritable(Message message, short version) {
        try {
            var counter = new SizeCounter();
            message.write(counter, version);
            return counter.sizeBytes() <= BYTES_MAX;
        } catch (RuntimeException e) {
            return false; // the version has no such field, or no null there
        }
    }

    private static @Nullable Object with(
            Object message, RecordComponent[] components, int changed, @Nullable Object value)
            throws ReflectiveOperationException {
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == changed ? value : components[i].getAccessor().invoke(message);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return message.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            return null;
        }
    }

    private @Nullable Object value(RecordComponent component, short version, boolean large)
            throws ReflectiveOperationException {
        Class<?> type = component.getType();
        if (type == List.class) {
            if (random.nextInt(12) == 0) return null;
            Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return list(component.getName(), element, version, large);
        }
        return one(component.getName(), type, version);
    }

    private List<Object> list(String name, Class<?> element, short version, boolean large)
            throws ReflectiveOperationException {
        int kind = random.nextInt(8);
        if (kind == 0) return List.of();
        if (large && kind <= 3) {
            Object repeated = one(name, element, version);
            return repeated == null ? List.of() : Collections.nCopies(1 + random.nextInt(LONG_LIST), repeated);
        }
        int size = large && kind == 4 ? random.nextInt(2_000) : random.nextInt(4);
        var list = new ArrayList<Object>(size);
        for (int i = 0; i < size; i++) {
            Object each = one(name, element, version);
            if (each != null) list.add(each);
        }
        return list;
    }

    private @Nullable Object one(String name, Class<?> type, short version) throws ReflectiveOperationException {
        if (type == String.class) return text(name);
        if (type == boolean.class || type == Boolean.class) return random.nextBoolean();
        if (type == byte.class || type == Byte.class) return (byte) number(Byte.MIN_VALUE, Byte.MAX_VALUE);
        if (type == short.class || type == Short.class) return (short) number(Short.MIN_VALUE, Short.MAX_VALUE);
        if (type == int.class || type == Integer.class) return (int) integer(name);
        if (type == long.class || type == Long.class) return number(Long.MIN_VALUE, Long.MAX_VALUE);
        if (type == double.class || type == Double.class) return Double.NaN;
        if (type == Uuid.class)
            return random.nextInt(3) == 0 ? Uuid.ZERO : new Uuid(random.nextLong(), random.nextLong());
        if (type == ByteBuffer.class) return ByteBuffer.wrap(bytes());
        if (type == RecordData.class) return RecordData.of(ByteBuffer.wrap(bytes()));
        if (Message.class.isAssignableFrom(type)) return build(type, version, false);
        return null;
    }

    /// Waits are short, or nothing else would happen; everything else may be anything.
    private long integer(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        // The operator, not the broker, limits the number of partitions.
        if (lower.equals("numpartitions") || lower.equals("count")) return random.nextInt(-2, 5);
        if (lower.contains("wait") || lower.contains("timeout")) return random.nextInt(-1, 2_000);
        return number(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private long number(long min, long max) {
        return switch (random.nextInt(8)) {
            case 0 -> min;
            case 1 -> max;
            case 2 -> -1;
            case 3 -> 0;
            case 4 -> Math.min(max, 1_000_003);
            default -> random.nextInt(0, 4);
        };
    }

    private @Nullable String text(String name) {
        return switch (random.nextInt(24)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "a".repeat(249);
            case 3 -> "x".repeat(random.nextInt(32_000));
            case 4 -> "line\nbreak\u001b[2J\u0000\u202e";
            case 5 -> "ä€😀".repeat(random.nextInt(1, 1_000));
            case 6 -> "..";
            case 7 -> "((a{1000}){1000}){1000}";
            case 8 -> "((a|a)+)+b";
            case 9 -> "__consumer_offsets";
            case 10 -> "__transaction_state";
            default ->
                (name.toLowerCase(Locale.ROOT).contains("group") ? "hostile-group-" : "hostile-")
                        + random.nextInt(NAMES);
        };
    }

    private byte[] bytes() {
        var bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(100)];
        random.nextBytes(bytes);
        return bytes;
    }
}
