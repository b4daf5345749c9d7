package barnabas.sql.schemas;

import java.util.Locale;

/// Names of columns for the fields of a schema.
public enum FieldNames {
    UPPER_CASE,
    AS_WRITTEN;

    String of(String field) {
        return this == UPPER_CASE ? field.toUpperCase(Locale.ROOT) : field;
    }
}
