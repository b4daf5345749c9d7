package barnabas.broker;

import barnabas.protocol.Message;
import barnabas.protocol.SizeCounter;
import barnabas.protocol.UnsupportedFieldException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Builds a request of any kind in which names that exist are repeated.
///
/// @param repeats how often an element stands in its list
/// @param depth of the lists whose elements are repeated: 0 for those of the request itself, 1 for those of its
/// elements
record RepeatedNames(int repeats, int depth) {
    static final String TOPIC = "wide";
    static final String GROUP = "g";
    static final String TRANSACTIONAL_ID = "x";
    private static final byte TOPIC_RESOURCE = 2;

    <M extends Message> M message(Class<M> type, short version) throws ReflectiveOperationException {
        return type.cast(build(type, version, 0));
    }

    private Object build(Class<?> type, short version, int at) throws ReflectiveOperationException {
        Object message = type.getField("DEFAULT").get(null);
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Object value = value(components[i], version, at);
            if (value == null) continue;
            Object changed = with(message, components, i, value);
            if (isWritable(changed, version)) message = changed;
        }
        return message;
    }

    private static boolean isWritable(Object message, short version) {
        try {
            ((Message) message).write(new SizeCounter(), version);
            return true;
        } catch (UnsupportedFieldException | NullPointerException e) {
            return false;
        }
    }

    private static Object with(Object message, RecordComponent[] components, int changed, Object value)
            throws ReflectiveOperationException {
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == changed ? value : components[i].getAccessor().invoke(message);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return message.getClass().getDeclaredConstructor(types).newInstance(values);
    }

    private @Nullable Object value(RecordComponent component, short version, int at)
            throws ReflectiveOperationException {
        String name = component.getName().toLowerCase(Locale.ROOT);
        Class<?> type = component.getType();
        if (type == String.class) return text(name);
        if (name.equals("resourcetype")) return TOPIC_RESOURCE;
        if (name.equals("sessiontimeoutms")) return 10_000;
        if (name.equals("timeoutms") || name.equals("rebalancetimeoutms")) return 1_000;
        if (type != List.class) return null;
        Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        Object one = element == String.class
                ? text(name)
                : element == Integer.class
                        ? Integer.valueOf(0)
                        : element.isRecord() && Message.class.isAssignableFrom(element)
                                ? build(element, version, at + 1)
                                : null;
        return one == null ? null : Collections.nCopies(at == depth ? repeats : 1, one);
    }

    private static String text(String name) {
        if (name.contains("transactionalid")) return TRANSACTIONAL_ID;
        if (name.contains("group") || name.contains("key")) return GROUP;
        if (name.contains("topic") || name.equals("name") || name.equals("resourcename")) return TOPIC;
        return "a";
    }
}
