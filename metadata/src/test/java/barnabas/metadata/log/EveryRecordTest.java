package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageUpdate;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AbortTransactionRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.EndTransactionRecord;
import barnabas.protocol.metadata.MetadataRecord;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each kind of record that the log can hold is read, and has a place in the image. That [ImageUpdate] has a method for
/// each kind the compiler sees; which of them refuse their record it does not.
class EveryRecordTest {
    /// Understood by the reader of the log, before the image.
    private static final Set<Class<?>> OF_THE_READER =
            Set.of(BeginTransactionRecord.class, EndTransactionRecord.class, AbortTransactionRecord.class);

    @Test
    void anImageTakesEveryKindOfRecord() throws ReflectiveOperationException {
        var unknown = new ArrayList<Class<?>>();
        List<Class<? extends Message>> types = MetadataFrames.types();
        assertThat(types).hasSizeGreaterThan(25).hasSameElementsAs(known());
        for (Class<? extends Message> type : types) {
            if (isUnknown(instance(type)) != OF_THE_READER.contains(type)) unknown.add(type);
        }
        assertThat(unknown).isEmpty();
    }

    private static List<Class<? extends Message>> known() {
        var known = new ArrayList<Class<? extends Message>>();
        for (Class<?> each : MetadataRecord.class.getPermittedSubclasses()) known.add(each.asSubclass(Message.class));
        return known;
    }

    /// Most instances fit no image: any other refusal shows that the record was dispatched.
    private static boolean isUnknown(Message record) {
        try {
            new ImageUpdate(ClusterImage.empty("cluster")).replay(record);
            return false;
        } catch (RuntimeException refused) {
            return String.valueOf(refused.getMessage()).startsWith("unknown metadata record");
        }
    }

    /// With zeros and empty values.
    private static Message instance(Class<? extends Message> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Stream.of(types).map(EveryRecordTest::empty).toArray();
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static @Nullable Object empty(Class<?> type) {
        if (type == String.class) return "";
        if (type == Uuid.class) return Uuid.ZERO;
        if (type == List.class) return List.of();
        if (type == boolean.class) return false;
        if (type == byte.class) return (byte) 0;
        if (type == short.class) return (short) 0;
        if (type == int.class) return 0;
        if (type == long.class) return 0L;
        if (type == double.class) return 0.0;
        return null;
    }
}
