package barnabas.console.resources;

import barnabas.base.Deadline;
import barnabas.broker.http.NodeAccess;
import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.console.filter.Filter;
import barnabas.console.filter.FilterProblem;
import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.console.records.Cursor;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.console.records.RecordPages;
import barnabas.console.records.RecordPages.Page;
import barnabas.console.records.SchemaData;
import barnabas.console.records.TailReads;
import barnabas.console.resources.TopicRoutes.Span;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.rest.Turns;
import barnabas.console.view.Shared;
import barnabas.console.view.User;
import barnabas.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// `/topics/NAME/records`: pages of records, newest or oldest first, filtered, and waited for.
final class RecordRoutes {
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 500;
    private static final int WAIT_SECONDS_MAX = 25;

    /// A page may hold tens of megabytes of records while it is put together. Live tails have turns of their own.
    private static final int PAGES_AT_ONCE = 3;

    /// Each holds its text, of up to 16 MB and a record.
    private static final int DOWNLOADS_AT_ONCE = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Age up to which tails take a topic and its bounds from each other.
    private static final Duration BOUNDS_FRESH = Duration.ofMillis(250);

    private static final int BOUNDS_MAX = 100;

    private record Named(User user, String topic) {}

    private final NodeAccess node;
    private final Turns turns = new Turns(PAGES_AT_ONCE, PATIENCE);
    private final Turns downloads = new Turns(DOWNLOADS_AT_ONCE, PATIENCE);
    private final TailReads tails = new TailReads();
    private final Shared<Named, Topic> topics = new Shared<>(BOUNDS_MAX, BOUNDS_FRESH, _ -> true);
    private final Shared<Named, Map<Integer, Span>> bounds = new Shared<>(BOUNDS_MAX, BOUNDS_FRESH, _ -> true);

    RecordRoutes(NodeAccess node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/topics/{topic}/records",
                                "Records, newest first, from a place on, or as they come",
                                this::list)
                        .query(
                                "order:string newest or oldest",
                                "at:string next or tail of an earlier answer; goes on there",
                                "partition:string numbers, separated by commas",
                                "offset:integer of the first record, with order=oldest",
                                "time:string of the first record: milliseconds or 2026-11-28T10:00:00Z",
                                "key:string the whole key",
                                "filter:string condition, for example value.total > 100 and headers.source == \"web\"",
                                "markers:boolean with the ends of transactions",
                                "limit:integer records at most, 50 by default, 500 at most; 10000 with format=lines",
                                "format:string json, or lines for a file of JSON lines",
                                "wait:integer seconds to wait for a record, with order=oldest; 25 at most"),
                Route.of("POST", "/topics/{topic}/records", "Produce a record", ProducedRecord::send)
                        .body(ProducedRecord.FIELDS),
                Route.get(
                        "/topics/{topic}/partitions/{partition}/records/{offset}",
                        "A record: who wrote it, in which transaction, which groups have read past it",
                        (request, user) -> RecordTrace.trace(request, user, node)),
                Route.get(
                        "/topics/{topic}/partitions/{partition}/records/{offset}/value",
                        "The bytes of a record's value",
                        RecordTrace::value));
    }

    private Object list(ApiRequest request, User user) throws ClientException, ApiProblem, InterruptedException {
        boolean newest = isNewest(request);
        KnownSchemas schemas = schemas(user, node);
        Predicate<ReadRecord> wanted = wanted(request, schemas);
        Topic topic = topicOf(request, user);
        if (isLines(request)) return new RecordLines(request, user, topic, schemas, wanted).answer(downloads, turns);
        int limit = (int) request.number("limit", LIMIT, 1, LIMIT_MAX);
        var pages = new RecordPages(user, topic.name(), limit, wanted, schemas, request.flag("markers"));
        return newest ? newest(pages, request, topic, user) : oldest(pages, request, topic, user);
    }

    /// The topic as it is now; for a live tail it may be what another tail has just asked for.
    private Topic topicOf(ApiRequest request, User user) throws ClientException, ApiProblem, InterruptedException {
        String name = request.path("topic");
        Shared.Source<Topic> source = () -> TopicRoutes.topicOf(name, user);
        return waitSeconds(request) > 0 ? topics.value(new Named(user, name), user.clock(), source) : source.load();
    }

    private static long waitSeconds(ApiRequest request) throws ApiProblem {
        return request.number("wait", 0, 0, WAIT_SECONDS_MAX);
    }

    static boolean isNewest(ApiRequest request) throws ApiProblem {
        return switch (request.query("order").orElse("newest")) {
            case "newest" -> true;
            case "oldest" -> false;
            default -> throw ApiProblem.invalid("order is newest or oldest");
        };
    }

    private static boolean isLines(ApiRequest request) throws ApiProblem {
        return switch (request.query("format").orElse("json")) {
            case "json" -> false;
            case "lines" -> {
                if (request.query("wait").isPresent()) throw ApiProblem.invalid("format=lines does not wait");
                yield true;
            }
            default -> throw ApiProblem.invalid("format is json or lines");
        };
    }

    /// The schemas of this node's registry, read with the rights of the user.
    static KnownSchemas schemas(User user, NodeAccess node) {
        return new KnownSchemas(ids -> node.registry().get() instanceof SchemaData data
                ? data.decoder(ids, user.cluster())
                : SchemaData.Decoder.NONE);
    }

    private static Predicate<ReadRecord> wanted(ApiRequest request, KnownSchemas schemas) throws ApiProblem {
        Filter filter;
        try {
            filter = Filter.parse(request.query("filter").orElse(""));
        } catch (FilterProblem e) {
            throw new ApiProblem(400, "INVALID_FILTER", String.valueOf(e.getMessage()), e.position());
        }
        Optional<String> key = request.query("key");
        if (key.isEmpty()) return record -> filter.test(record, schemas);
        ByteBuffer wanted = StandardCharsets.UTF_8.encode(key.get());
        return record -> (wanted.equals(record.key())
                        || schemas.json(record.key())
                                .filter(json -> isShownAs(json, key.get()))
                                .isPresent())
                && filter.test(record, schemas);
    }

    /// Whether a key with a schema is what was asked for: its JSON, or the text that the JSON is.
    private static boolean isShownAs(String json, String asked) {
        if (json.equals(asked)) return true;
        if (!json.startsWith("\"")) return false;
        try {
            return asked.equals(JsonTree.parse(json.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedJson e) {
            return false;
        }
    }

    private HttpResponse newest(RecordPages pages, ApiRequest request, Topic topic, User user)
            throws ClientException, ApiProblem, InterruptedException {
        Map<Integer, Span> spans = RecordPlaces.chosen(request, topic, user);
        Map<Integer, Long> starts = new TreeMap<>();
        Map<Integer, Long> ends = new TreeMap<>();
        spans.forEach((partition, span) -> {
            starts.put(partition, span.start());
            ends.put(partition, span.end());
        });
        Map<Integer, Long> bounds = new TreeMap<>(ends);
        if (request.query("at").isPresent()) {
            bounds = RecordPlaces.cursor(request);
            bounds.keySet().retainAll(spans.keySet());
            bounds.replaceAll((partition, bound) -> Math.min(bound, ends.getOrDefault(partition, bound)));
        }
        try (var _ = turns.take()) {
            return answer(json(pages.newest(starts, bounds), pages.schemas()).put("tail", Cursor.text(ends)));
        }
    }

    private HttpResponse oldest(RecordPages pages, ApiRequest request, Topic topic, User user)
            throws ClientException, ApiProblem, InterruptedException {
        long wait = waitSeconds(request);
        Map<Integer, Long> places;
        Map<Integer, Span> spans = wait > 0
                ? RecordPlaces.chosen(request, topic, shared(topic, user))
                : RecordPlaces.chosen(request, topic, user);
        if (request.query("at").isPresent()) {
            places = RecordPlaces.cursor(request);
            places.keySet().retainAll(spans.keySet());
        } else {
            places = RecordPlaces.begin(request, topic, spans, user);
        }
        places.replaceAll((partition, place) -> {
            Span span = spans.get(partition);
            return span == null ? place : Math.max(place, Math.min(span.start(), span.end()));
        });
        if (wait > 0)
            return pages.tail(
                    places,
                    Deadline.in(Duration.ofSeconds(wait), user.clock()),
                    tails,
                    page -> answer(json(page, pages.schemas())));
        Map<Integer, Long> ends = new TreeMap<>();
        spans.forEach((partition, span) -> ends.put(partition, span.end()));
        try (var _ = turns.take()) {
            return answer(json(pages.oldest(places, ends), pages.schemas()).put("tail", Cursor.text(ends)));
        }
    }

    /// Bounds of a topic, which may be those that another tail has just asked for.
    private Map<Integer, Span> shared(Topic topic, User user) throws ClientException, InterruptedException {
        return new TreeMap<>(
                bounds.value(new Named(user, topic.name()), user.clock(), () -> TopicRoutes.spans(topic, user)));
    }

    /// The text, made while the page has its turn: only the text waits for a client that reads slowly.
    private static HttpResponse answer(JsonObject page) {
        return HttpResponse.of("application/json; charset=utf-8", JsonText.of(page));
    }

    private static JsonObject json(Page page, KnownSchemas schemas) throws InterruptedException {
        schemas.prepare(page.records());
        return new JsonObject()
                .put(
                        "records",
                        page.records().stream()
                                .map(each -> ShownRecord.of(each, schemas))
                                .toList())
                .put("next", page.next())
                .put("more", page.more())
                .put("looked", page.looked());
    }
}
