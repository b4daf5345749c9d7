package barnabas.cli.records;

import barnabas.client.consumer.ConsumerRecord;
import barnabas.console.filter.Filter;
import barnabas.console.filter.FilterProblem;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;

/// Filter expressions of the console over records that a command has read.
public final class RecordFilter {
    private final Filter filter;

    private RecordFilter(Filter filter) {
        this.filter = filter;
    }

    /// @throws IllegalArgumentException with the wrong character's position, from 1
    public static RecordFilter parse(String text) {
        try {
            return new RecordFilter(Filter.parse(text));
        } catch (FilterProblem e) {
            throw new IllegalArgumentException(e.getMessage() + ", character " + (e.position() + 1), e);
        }
    }

    public boolean matches(ConsumerRecord record) {
        ByteBuffer value = record.value();
        return filter.test(
                new ReadRecord(
                        record.partition(),
                        record.offset(),
                        record.timestampMillis(),
                        TimestampType.CREATE_TIME,
                        record.key(),
                        value,
                        value == null ? -1 : value.remaining(),
                        record.headers(),
                        null,
                        null),
                KnownSchemas.none());
    }
}
