package barnabas.sql.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/// Leaves out records that a query cannot read, without a stack trace for each: case files have such records on
/// purpose, and a pull query leaves them out as it does on one topic.
public final class SkippedRecords implements DeserializationExceptionHandler {
    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public Response handleError(ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception problem) {
        return Response.resume(List.of());
    }
}
