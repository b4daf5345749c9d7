package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.TopicPartition;
import barnabas.client.producer.Delivery;
import barnabas.client.producer.Producer;
import barnabas.client.producer.ProducerOptions;
import barnabas.client.producer.ProducerRecord;
import barnabas.console.json.JsonObject;
import barnabas.console.records.ReadRecord;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.view.User;
import barnabas.protocol.records.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One record that a page produces.
final class ProducedRecord {
    static final String[] FIELDS = {
        "key:string the key; none without it",
        "keyFormat:string of the key: text, hex or base64",
        "value:string the value; none without it",
        "valueFormat:string of the value: text, hex or base64",
        "headers:object texts by name",
        "copyOf:string PARTITION/OFFSET of a record of the topic, whose bytes are taken for key, value and headers that are not given",
        "partition:integer number; the key chooses without it",
        "timestamp:integer milliseconds since the epoch; now without it"
    };

    private static final Pattern PLACE = Pattern.compile("(\\d{1,9})/(\\d{1,18})");

    private ProducedRecord() {}

    static JsonObject send(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.path("topic"), user);
        Optional<String> copyOf = request.text("copyOf");
        ReadRecord copied = copyOf.isPresent() ? copied(copyOf.get(), topic, user) : null;
        var record = new ProducerRecord(
                topic.name(),
                (int) request.bodyNumber("partition", -1, 0, Integer.MAX_VALUE),
                request.bodyNumber("timestamp", -1, 0, Long.MAX_VALUE),
                copied == null || request.isNamed("key") ? bytes(request, "key") : copied.key(),
                copied == null || request.isNamed("value") ? bytes(request, "value") : copied.value(),
                copied == null || request.isNamed("headers") ? headers(request) : copied.headers());
        Delivery delivery;
        try (var producer = new Producer(user.cluster(), ProducerOptions.DEFAULT, user.random())) {
            delivery = producer.sendAndWait(record);
        }
        return switch (delivery) {
            case Delivery.Acknowledged taken ->
                new JsonObject()
                        .put("topic", topic.name())
                        .put("partition", taken.partition().partition())
                        .put("offset", taken.offset())
                        .put("timestamp", taken.timestampMillis());
            case Delivery.Failed failed -> throw failed.reason();
        };
    }

    private static List<RecordHeader> headers(ApiRequest request) throws ApiProblem {
        var headers = new ArrayList<RecordHeader>();
        for (Map.Entry<String, String> each : request.texts("headers").entrySet())
            headers.add(new RecordHeader(each.getKey(), StandardCharsets.UTF_8.encode(each.getValue())));
        return headers;
    }

    /// @param place as PARTITION/OFFSET
    private static ReadRecord copied(String place, Topic topic, User user) throws ClientException, ApiProblem {
        Matcher matcher = PLACE.matcher(place);
        if (!matcher.matches()) throw ApiProblem.invalid("copyOf is no PARTITION/OFFSET: " + place);
        int partition = Integer.parseInt(matcher.group(1));
        ReadRecord record =
                RecordTrace.find(new TopicPartition(topic.name(), partition), Long.parseLong(matcher.group(2)), user);
        if (record.marker() != null)
            throw ApiProblem.invalid("copyOf: at " + place + " is the " + record.marker() + " marker of a transaction");
        return record;
    }

    private static @Nullable ByteBuffer bytes(ApiRequest request, String name) throws ApiProblem {
        Optional<String> text = request.text(name);
        if (text.isEmpty()) return null;
        String format = request.text(name + "Format").orElse("text");
        try {
            return switch (format) {
                case "text" -> StandardCharsets.UTF_8.encode(text.get());
                case "hex" -> ByteBuffer.wrap(HexFormat.of().parseHex(text.get()));
                case "base64" -> ByteBuffer.wrap(Base64.getDecoder().decode(text.get()));
                default -> throw ApiProblem.invalid(name + "Format is text, hex or base64");
            };
        } catch (IllegalArgumentException e) {
            throw ApiProblem.invalid(name + " is no " + format + ": " + e.getMessage());
        }
    }
}
