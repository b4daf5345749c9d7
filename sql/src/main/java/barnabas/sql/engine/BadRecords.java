package barnabas.sql.engine;

import barnabas.base.Causes;
import barnabas.sql.web.ServiceUnavailable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Records that a query cannot read: the query goes on behind each, and writes it with the statement, the place and
/// the reason to the topic of bad records, in the transaction of its results.
public final class BadRecords implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    static final String TOPIC = "barnabas.sql.bad.records.topic";
    static final String STATEMENT = "barnabas.sql.statement";
    static final String QUERY = "barnabas.sql.query";

    /// Property of a session: a record that cannot be read ends the query.
    static final String STRICT = "ksql.fail.on.deserialization.error";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private String topic = "";
    private String statement = "";
    private String query = "";
    private boolean strict;

    @Override
    public void configure(Map<String, ?> settings) {
        topic = String.valueOf(settings.get(TOPIC));
        statement = String.valueOf(settings.get(STATEMENT));
        query = String.valueOf(settings.get(QUERY));
        strict = Boolean.parseBoolean(String.valueOf(settings.get(STRICT)));
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception problem) {
        if (strict || ServiceUnavailable.isReason(problem)) return DeserializationExceptionHandler.Response.fail();
        return DeserializationExceptionHandler.Response.resume(
                List.of(letter(context, record.key(), record.value(), problem)));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception problem) {
        if (ServiceUnavailable.isReason(problem)) return ProcessingExceptionHandler.Response.fail();
        return ProcessingExceptionHandler.Response.resume(
                List.of(letter(context, context.sourceRawKey(), context.sourceRawValue(), problem)));
    }

    private ProducerRecord<byte[], byte[]> letter(
            ErrorHandlerContext context, byte @Nullable [] key, byte @Nullable [] value, Exception problem) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("level", "ERROR");
        node.put("logger", "processing." + query);
        node.put("time", context.timestamp());
        ObjectNode message = node.putObject("message");
        message.put("type", 0);
        message.put("queryId", query);
        message.put("statement", statement);
        message.put("topic", context.topic());
        message.put("partition", context.partition());
        message.put("offset", context.offset());
        message.put("errorMessage", reason(problem));
        if (key != null) message.put("key", key);
        if (value != null) message.put("record", value);
        return new ProducerRecord<>(topic, query.getBytes(StandardCharsets.UTF_8), bytes(node));
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String reason(Exception problem) {
        Throwable cause = Causes.innermost(problem);
        return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    }
}
