import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Follows one partition by live tails of the console, then by consumers, and prints the CPU of the node for both. Run
/// by `tails`.
final class Tails {
    private static final Pattern CPU = Pattern.compile("(?m)^process_cpu_seconds_total (\\S+)$");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]*)\"");
    private static final Pattern TAIL = Pattern.compile("\"tail\":\"([^\"]*)\"");
    private static final String TOPIC = "followed";

    private final String bootstrap;
    private final String url;
    private final int count;
    private final int seconds;
    private final HttpClient http = HttpClient.newHttpClient();
    private final LongAdder seen = new LongAdder();
    private volatile boolean over;

    private Tails(String bootstrap, String url, int count, int seconds) {
        this.bootstrap = bootstrap;
        this.url = url;
        this.count = count;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        int rate = Integer.parseInt(args[4]);
        var tails = new Tails(args[0], args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        boolean good = true;
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", args[0], "linger.ms", 0), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "first")).get();
            for (int each : List.of(0, rate)) {
                double tailMillis = tails.measure(true, each, producer);
                double consumerMillis = tails.measure(false, each, producer);
                System.out.printf(
                        "%d records a second: %d tails %.1f ms of CPU a second, %d consumers %.1f, ratio %.2f%n",
                        each, tails.count, tailMillis, tails.count, consumerMillis, tailMillis / consumerMillis);
                good &= tailMillis < consumerMillis;
            }
        }
        System.exit(good ? 0 : 1);
    }

    /// @return milliseconds of the node's CPU a second
    private double measure(boolean byTails, int rate, KafkaProducer<String, String> producer) throws Exception {
        over = false;
        try (ExecutorService threads =
                byTails ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(count)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) all.add(threads.submit(() -> {
                if (byTails) tail();
                else consume();
                return null;
            }));
            // all follow, and what is compiled by the first of them is compiled
            load(5, Math.max(1, rate), producer, true);
            double before = cpuSeconds();
            long begun = System.nanoTime();
            load(seconds, rate, producer, false);
            double used = (cpuSeconds() - before) * 1e12 / (System.nanoTime() - begun);
            over = true;
            producer.send(new ProducerRecord<>(TOPIC, "last")).get();
            for (Future<?> each : all) each.get(60, TimeUnit.SECONDS);
            return used;
        }
    }

    private void load(int forSeconds, int rate, KafkaProducer<String, String> producer, boolean isWarm)
            throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(forSeconds);
        long seenBefore = seen.sum();
        long sent = 0;
        while (System.nanoTime() < until || (isWarm && seen.sum() < seenBefore + count)) {
            if (rate > 0) producer.send(new ProducerRecord<>(TOPIC, "record " + sent++)).get();
            Thread.sleep(rate > 0 ? 1_000 / rate : 100);
        }
        long got = seen.sum() - seenBefore;
        if (!isWarm && got < (sent - 3 * Math.max(1, rate)) * count)
            throw new IllegalStateException(got + " records were seen, " + sent + " sent to each of " + count);
    }

    private double cpuSeconds() throws Exception {
        Matcher found = CPU.matcher(get("/metrics"));
        if (!found.find()) throw new IllegalStateException("the node shows no process_cpu_seconds_total");
        return Double.parseDouble(found.group(1));
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + path)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException(path + ": " + answer.body());
        return answer.body();
    }

    /// As the page does: waits up to 20 seconds for records, then for the next ones.
    private void tail() throws Exception {
        String records = "/api/v1/topics/" + TOPIC + "/records";
        String at = found(TAIL, get(records + "?limit=1"));
        while (!over) {
            String page = get(records + "?order=oldest&wait=20&at=" + at);
            seen.add(page.split("\"offset\":", -1).length - 1L);
            at = found(NEXT, page);
        }
    }

    private static String found(Pattern pattern, String page) {
        Matcher found = pattern.matcher(page);
        if (!found.find()) throw new IllegalStateException("no cursor in " + page);
        return found.group(1);
    }

    private void consume() {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "latest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            while (!over) seen.add(consumer.poll(Duration.ofMillis(500)).count());
        }
    }
}
