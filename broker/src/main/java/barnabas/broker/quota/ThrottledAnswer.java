package barnabas.broker.quota;

import barnabas.protocol.ResponseMessage;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Answers with `throttle_time_ms`, which nearly every answer has: a copy of the record with another component. By
/// reflection, as it is made for clients alone that have to wait then.
final class ThrottledAnswer {
    private static final String COMPONENT = "throttleTimeMs";

    private record Shape(List<RecordComponent> components, Constructor<?> constructor, int at) {}

    /// Of the answers of the protocol, one for each.
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private ThrottledAnswer() {}

    /// The answer itself when it has no such field.
    static ResponseMessage of(ResponseMessage answer, int millis) {
        Shape shape = SHAPES.computeIfAbsent(answer.getClass(), ThrottledAnswer::shape);
        if (shape.at < 0) return answer;
        try {
            @Nullable Object[] values = new @Nullable Object[shape.components.size()];
            for (int i = 0; i < values.length; i++)
                values[i] = i == shape.at
                        ? millis
                        : shape.components.get(i).getAccessor().invoke(answer);
            return (ResponseMessage) shape.constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: an answer that cannot be copied: " + answer.getClass(), e);
        }
    }

    private static Shape shape(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        int at = -1;
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            if (components[i].getName().equals(COMPONENT)) at = i;
        }
        try {
            return new Shape(List.of(components), type.getDeclaredConstructor(types), at);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("bug: a record without its constructor: " + type, e);
        }
    }
}
