package barnabas.sql.cases;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.SqlProblem;
import org.jspecify.annotations.Nullable;

/// Codecs that bound how many values a query writes because of one record: a query that inserts into what it reads
/// may write for ever, and the driver would not return.
final class BoundedCodecs implements Codecs {
    private static final int WRITTEN_MAX = 100_000;

    private int written;

    /// Begins to count for the next record.
    void reset() {
        written = 0;
    }

    @Override
    public Format.Codec key(DataSource source) {
        return Codecs.PLAIN.key(source);
    }

    @Override
    public Format.Codec value(DataSource source) {
        Format.Codec codec = Codecs.PLAIN.value(source);
        return new Format.Codec() {
            @Override
            public byte @Nullable [] encode(@Nullable Row row) {
                if (++written > WRITTEN_MAX)
                    throw new SqlProblem("The query writes more than " + WRITTEN_MAX + " records because of one");
                return codec.encode(row);
            }

            @Override
            public @Nullable Row decode(byte @Nullable [] bytes) {
                return codec.decode(bytes);
            }
        };
    }
}
