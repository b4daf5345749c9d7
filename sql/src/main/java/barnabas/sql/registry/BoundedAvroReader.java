package barnabas.sql.registry;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/// Makes no more room than a record's bytes can fill. Avro makes it for what a schema (a `fixed` of two gigabytes) or a
/// count in front of items says, before it reads them.
final class BoundedAvroReader extends GenericDatumReader<@Nullable Object> {
    /// Items that take no byte (nulls): a count alone stands for all of them.
    private static final int EMPTY_ITEMS_MAX = 1 << 10;

    private static final GenericData DATA = new GenericData().setFastReaderEnabled(false);

    private final int bytes;

    /// @param bytes of the record
    BoundedAvroReader(Schema schema, int bytes) {
        super(schema, schema, DATA);
        this.bytes = bytes;
    }

    @Override
    protected Object readFixed(@Nullable Object old, Schema expected, Decoder in) throws IOException {
        if (expected.getFixedSize() > bytes)
            throw new AvroRuntimeException("fixed " + expected.getName() + " is larger than the record");
        return super.readFixed(old, expected, in);
    }

    @Override
    protected Object newArray(@Nullable Object old, int size, Schema schema) {
        return super.newArray(old, Math.min(size, bytes), schema);
    }

    @Override
    protected Object newMap(@Nullable Object old, int size) {
        return super.newMap(old, Math.min(size, bytes));
    }

    @Override
    protected void addToArray(Object array, long at, @Nullable Object item) {
        if (at >= Math.max(bytes, EMPTY_ITEMS_MAX)) throw new AvroRuntimeException("more items than the record holds");
        super.addToArray(array, at, item);
    }
}
