package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Partition;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.console.records.Cursor;
import barnabas.console.resources.TopicRoutes.Span;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.view.User;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Partitions that a request names, and the places in them where its records begin.
final class RecordPlaces {
    private RecordPlaces() {}

    /// Spans of the partitions that the request names, of all without it.
    static Map<Integer, Span> chosen(ApiRequest request, Topic topic, User user) throws ClientException, ApiProblem {
        return chosen(request, topic, TopicRoutes.spans(topic, user));
    }

    /// The same of known spans.
    ///
    /// @param spans of all partitions; those that are not named are removed
    static Map<Integer, Span> chosen(ApiRequest request, Topic topic, Map<Integer, Span> spans) throws ApiProblem {
        Optional<String> named = request.query("partition");
        if (named.isEmpty()) return limited(spans);
        var numbers = new TreeSet<Integer>();
        for (String each : named.get().split(",", -1))
            try {
                int number = Integer.parseInt(each.strip());
                if (number < 0 || number >= topic.partitions().size())
                    throw ApiProblem.missing("There is no partition " + number + " of " + topic.name());
                numbers.add(number);
            } catch (NumberFormatException e) {
                throw ApiProblem.invalid("partition=" + named.get() + " is no list of numbers");
            }
        spans.keySet().retainAll(numbers);
        return limited(spans);
    }

    private static Map<Integer, Span> limited(Map<Integer, Span> spans) throws ApiProblem {
        if (spans.size() > Cursor.PARTITIONS_MAX)
            throw ApiProblem.invalid("Records of at most " + Cursor.PARTITIONS_MAX
                    + " partitions are read together, not of " + spans.size() + ": name some with partition=0,1,2");
        return spans;
    }

    static Map<Integer, Long> cursor(ApiRequest request) throws ApiProblem {
        try {
            return Cursor.parse(request.query("at").orElse(""));
        } catch (IllegalArgumentException e) {
            throw ApiProblem.invalid("at: " + e.getMessage());
        }
    }

    /// First places by offset or time, the first offsets without one.
    static Map<Integer, Long> begin(ApiRequest request, Topic topic, Map<Integer, Span> spans, User user)
            throws ClientException, ApiProblem {
        Map<Integer, Long> places = new TreeMap<>();
        long offset = request.number("offset", -1, 0, Long.MAX_VALUE);
        Optional<String> time = request.query("time");
        if (time.isEmpty()) {
            spans.forEach((partition, span) -> places.put(
                    partition, offset < 0 ? span.start() : Math.min(Math.max(offset, span.start()), span.end())));
            return places;
        }
        var partitions = new ArrayList<TopicPartition>();
        for (Partition each : topic.partitions())
            if (spans.containsKey(each.index())) partitions.add(new TopicPartition(topic.name(), each.index()));
        Offsets.list(
                        user.cluster(),
                        partitions,
                        new OffsetSpec.AtTime(millis(time.get())),
                        IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, found) -> {
                    Span span = spans.get(partition.partition());
                    long end = span == null ? 0 : span.end();
                    places.put(partition.partition(), found.offset() < 0 ? end : found.offset());
                });
        return places;
    }

    /// @return since the epoch
    static long millis(String time) throws ApiProblem {
        try {
            long millis = time.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Long.parseLong(time)
                    : Instant.parse(time).toEpochMilli();
            if (millis >= 0) return millis;
        } catch (DateTimeException | NumberFormatException e) {
            // refused below
        }
        throw ApiProblem.invalid("'" + time + "' is no time: write milliseconds or 2026-11-28T10:00:00Z");
    }
}
