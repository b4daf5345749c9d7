package barnabas.conformance.streams;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;

/// An ordinary Streams application: `Application BOOTSTRAP STATE_DIR`. It runs until it is killed.
final class Application {
    private Application() {}

    public static void main(String[] arguments) throws InterruptedException {
        var streams = new KafkaStreams(topology(), settings(arguments[0], arguments[1]));
        streams.setUncaughtExceptionHandler(failure -> {
            failure.printStackTrace();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        new CountDownLatch(1).await();
    }

    private static Properties settings(String bootstrap, String stateDir) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "access-log-statistics");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        // Every update of a count is written out.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        // A killed member is missed after six seconds instead of 45.
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6_000);
        settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1_500);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return settings;
    }

    private static Topology topology() {
        var builder = new StreamsBuilder();
        KStream<String, String> lines =
                builder.stream(LogLine.INPUT, Consumed.with(Serdes.String(), Serdes.String()));
        lines.flatMapValues(LogLine::words)
                .groupBy((id, word) -> word, Grouped.as("words"))
                .count(Materialized.as("counts"))
                .toStream()
                .to(LogLine.COUNTS, Produced.with(Serdes.String(), Serdes.Long()));
        KStream<String, String> requests = lines.mapValues(LogLine::request);
        // A new key, though the same one, sends the answers through a repartition topic.
        KStream<String, String> answers = lines.mapValues(LogLine::answer).selectKey((id, answer) -> id);
        requests.join(
                        answers,
                        LogLine::joined,
                        JoinWindows.ofTimeDifferenceAndGrace(Duration.ofHours(1), Duration.ofHours(1)),
                        StreamJoined.<String, String, String>as("answered").withName("answered"))
                .to(LogLine.ANSWERED);
        return builder.build();
    }
}
