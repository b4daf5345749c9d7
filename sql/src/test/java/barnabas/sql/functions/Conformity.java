package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether a value is one of its type's.
final class Conformity {
    private Conformity() {}

    static void check(SqlType type, @Nullable Object value) {
        if (value == null) return;
        switch (type) {
            case SqlType.Primitive primitive -> assertThat(value).isInstanceOf(javaClass(primitive));
            case SqlType.Decimal decimal -> {
                assertThat(value).isInstanceOf(BigDecimal.class);
                assertThat(((BigDecimal) value).scale()).as("scale of %s", type).isEqualTo(decimal.scale());
            }
            case SqlType.Array array -> {
                assertThat(value).isInstanceOf(List.class);
                for (Object each : (List<?>) value) check(array.element(), each);
            }
            case SqlType.Map map -> {
                assertThat(value).isInstanceOf(Map.class);
                ((Map<?, ?>) value).forEach((key, each) -> {
                    check(map.key(), key);
                    check(map.value(), each);
                });
            }
            case SqlType.Structure structure -> {
                assertThat(value).isInstanceOf(Struct.class);
                Struct struct = (Struct) value;
                assertThat(struct.type()).isEqualTo(structure);
                for (int at = 0; at < structure.fields().size(); at++)
                    check(structure.fields().get(at).type(), struct.value(at));
            }
        }
    }

    private static Class<?> javaClass(SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> Boolean.class;
            case INTEGER -> Integer.class;
            case BIGINT -> Long.class;
            case DOUBLE -> Double.class;
            case STRING -> String.class;
            case BYTES -> ByteBuffer.class;
            case DATE -> LocalDate.class;
            case TIME -> LocalTime.class;
            case TIMESTAMP -> Instant.class;
            case NULL -> Void.class;
        };
    }
}
