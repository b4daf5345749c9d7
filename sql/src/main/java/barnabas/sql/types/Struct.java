package barnabas.sql.types;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value of a `STRUCT`: one value for each field of its type, in their order.
public record Struct(SqlType.Structure type, List<@Nullable Object> values) {
    // not a compact one: javac leaves its parameters' annotations out of the class file
    public Struct(SqlType.Structure type, List<@Nullable Object> values) {
        if (type.fields().size() != values.size())
            throw new IllegalArgumentException(values.size() + " values for " + type);
        this.type = type;
        this.values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /// Value of the field at `index`, from 0.
    public @Nullable Object value(int index) {
        return values.get(index);
    }

    /// Value of the field `name`; null when the struct has no such field.
    public @Nullable Object value(String name) {
        int index = type.indexOf(name);
        return index < 0 ? null : values.get(index);
    }

    @Override
    public String toString() {
        return ValueText.of(this);
    }
}
