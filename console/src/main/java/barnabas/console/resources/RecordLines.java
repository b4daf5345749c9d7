package barnabas.console.resources;

import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.console.json.JsonText;
import barnabas.console.records.Cursor;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.console.records.RecordPages;
import barnabas.console.resources.TopicRoutes.Span;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Turns;
import barnabas.console.view.User;
import barnabas.net.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Records as a file of JSON lines, page after page until one of the bounds is reached. The header `Barnabas-Next` says
/// where the rest begins, for `at` of the next request; without it there is no more.
final class RecordLines {
    static final int LINES_MAX = 10_000;
    private static final int PAGE = 500;
    private static final int BYTES_MAX = 16 << 20;
    private static final Duration TIME_MAX = Duration.ofSeconds(10);
    private static final String NEXT = "Barnabas-Next";

    private final ApiRequest request;
    private final User user;
    private final Topic topic;
    private final KnownSchemas schemas;
    private final Predicate<ReadRecord> wanted;

    RecordLines(ApiRequest request, User user, Topic topic, KnownSchemas schemas, Predicate<ReadRecord> wanted) {
        this.request = request;
        this.user = user;
        this.topic = topic;
        this.schemas = schemas;
        this.wanted = wanted;
    }

    /// @param downloads for the whole answer: its text is held from the first page on
    /// @param pages for each of its pages
    HttpResponse answer(Turns downloads, Turns pages) throws ClientException, ApiProblem, InterruptedException {
        try (var _ = downloads.take()) {
            return answer(pages);
        }
    }

    private HttpResponse answer(Turns turns) throws ClientException, ApiProblem, InterruptedException {
        int left = (int) request.number("limit", LINES_MAX, 1, LINES_MAX);
        boolean newest = RecordRoutes.isNewest(request);
        Map<Integer, Span> spans = RecordPlaces.chosen(request, topic, user);
        Map<Integer, Long> starts = new TreeMap<>();
        Map<Integer, Long> ends = new TreeMap<>();
        spans.forEach((partition, span) -> {
            starts.put(partition, span.start());
            ends.put(partition, span.end());
        });
        Map<Integer, Long> places = places(newest, spans, ends);
        var text = new ByteArrayOutputStream(64 << 10);
        Deadline end = Deadline.in(TIME_MAX, user.clock());
        boolean more = true;
        while (more && left > 0 && text.size() < BYTES_MAX && !end.passed()) {
            var pages =
                    new RecordPages(user, topic.name(), Math.min(PAGE, left), wanted, schemas, request.flag("markers"));
            RecordPages.Page page;
            try (var _ = turns.take()) {
                page = newest ? pages.newest(starts, places) : pages.oldest(places, ends);
            }
            more = page.more();
            if (!page.next().isEmpty()) places.putAll(Cursor.parse(page.next()));
            int written = write(page.records(), text);
            left -= written;
            List<ReadRecord> rest =
                    page.records().subList(written, page.records().size());
            // The first one of a partition counts.
            for (ReadRecord each : rest.reversed()) places.put(each.partition(), each.offset() + (newest ? 1 : 0));
            more |= !rest.isEmpty();
        }
        return response(text.toByteArray(), more ? Cursor.text(places) : "");
    }

    private Map<Integer, Long> places(boolean newest, Map<Integer, Span> spans, Map<Integer, Long> ends)
            throws ClientException, ApiProblem {
        if (request.query("at").isPresent()) {
            Map<Integer, Long> places = RecordPlaces.cursor(request);
            places.keySet().retainAll(spans.keySet());
            return places;
        }
        return newest ? new TreeMap<>(ends) : RecordPlaces.begin(request, topic, spans, user);
    }

    /// @return records that were written before the limit of bytes
    private int write(List<ReadRecord> records, ByteArrayOutputStream text) throws InterruptedException {
        schemas.prepare(records);
        int written = 0;
        while (written < records.size() && text.size() < BYTES_MAX) {
            ByteBuffer json = JsonText.of(ShownRecord.of(records.get(written++), schemas));
            text.write(json.array(), json.arrayOffset() + json.position(), json.remaining());
            text.write('\n');
        }
        return written;
    }

    private HttpResponse response(byte[] lines, String next) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Disposition", "attachment; filename=\"" + topic.name() + ".jsonl\"");
        if (!next.isEmpty()) headers.put(NEXT, next);
        return new HttpResponse(200, "application/x-ndjson; charset=utf-8", headers, ByteBuffer.wrap(lines));
    }
}
