package barnabas.config.keys;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which broker configurations stand in for a topic configuration that the topic does not set, and which broker
/// configurations are the same setting in another unit. In each chain an earlier name outranks a later one.
public final class Synonyms {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;

    /// A name whose value times `factor` is in the unit of the chain's first name.
    public record Synonym(String name, long factor) {
        String converted(String text) {
            return factor == 1 ? text : Long.toString(Long.parseLong(text.trim()) * factor);
        }
    }

    private static final Map<String, List<Synonym>> TOPIC_TO_BROKER = Map.ofEntries(
            same("barnabas.durability", "barnabas.durability"),
            same("cleanup.policy", "log.cleanup.policy"),
            same("compression.gzip.level", "compression.gzip.level"),
            same("compression.lz4.level", "compression.lz4.level"),
            same("compression.type", "compression.type"),
            same("compression.zstd.level", "compression.zstd.level"),
            same("delete.retention.ms", "log.cleaner.delete.retention.ms"),
            same("file.delete.delay.ms", "log.segment.delete.delay.ms"),
            same("flush.messages", "log.flush.interval.messages"),
            chain(
                    "flush.ms",
                    new Synonym("log.flush.interval.ms", 1),
                    new Synonym("log.flush.scheduler.interval.ms", 1)),
            same("index.interval.bytes", "log.index.interval.bytes"),
            same("local.retention.bytes", "log.local.retention.bytes"),
            same("local.retention.ms", "log.local.retention.ms"),
            same("max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
            same("max.decompressed.message.bytes", "max.decompressed.message.bytes"),
            same("max.message.bytes", "message.max.bytes"),
            same("message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"),
            same("message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"),
            same("message.timestamp.type", "log.message.timestamp.type"),
            same("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"),
            same("min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"),
            same("min.insync.replicas", "min.insync.replicas"),
            same("preallocate", "log.preallocate"),
            same("remote.copy.lag.bytes", "log.remote.copy.lag.bytes"),
            same("remote.copy.lag.ms", "log.remote.copy.lag.ms"),
            same("retention.bytes", "log.retention.bytes"),
            chain(
                    "retention.ms",
                    new Synonym("log.retention.ms", 1),
                    new Synonym("log.retention.minutes", MINUTE_MILLIS),
                    new Synonym("log.retention.hours", HOUR_MILLIS)),
            same("segment.bytes", "log.segment.bytes"),
            same("segment.index.bytes", "log.index.size.max.bytes"),
            chain(
                    "segment.jitter.ms",
                    new Synonym("log.roll.jitter.ms", 1),
                    new Synonym("log.roll.jitter.hours", HOUR_MILLIS)),
            chain("segment.ms", new Synonym("log.roll.ms", 1), new Synonym("log.roll.hours", HOUR_MILLIS)),
            same("unclean.leader.election.enable", "unclean.leader.election.enable"));

    private static final List<List<String>> BROKER_CHAINS = List.of(
            List.of("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
            List.of("log.roll.ms", "log.roll.hours"),
            List.of("log.roll.jitter.ms", "log.roll.jitter.hours"));

    private Synonyms() {}

    private static Map.Entry<String, List<Synonym>> same(String topicName, String brokerName) {
        return Map.entry(topicName, List.of(new Synonym(brokerName, 1)));
    }

    private static Map.Entry<String, List<Synonym>> chain(String topicName, Synonym... synonyms) {
        return Map.entry(topicName, List.of(synonyms));
    }

    /// The broker's names for a topic configuration; empty when it has none.
    public static List<Synonym> ofTopic(String topicName) {
        return Objects.requireNonNullElse(TOPIC_TO_BROKER.get(topicName), List.of());
    }

    /// All names of one broker setting, the outranking one first; at least `brokerName` itself.
    public static List<String> ofBroker(String brokerName) {
        for (List<String> chain : BROKER_CHAINS) if (chain.contains(brokerName)) return chain;
        // A missing flush interval falls back on the scheduler's, which is a setting of its own.
        if (brokerName.equals("log.flush.interval.ms")) return List.of(brokerName, "log.flush.scheduler.interval.ms");
        return List.of(brokerName);
    }

    /// The value a topic inherits, in the topic configuration's unit; null when the broker has no such configuration.
    public static @Nullable String inherited(String topicName, Map<String, String> broker) {
        List<Synonym> chain = ofTopic(topicName);
        for (Synonym synonym : chain) {
            String text = broker.get(synonym.name());
            if (text != null) return unlimited(topicName, synonym.converted(text));
        }
        for (Synonym synonym : chain) {
            ConfigKey key = OpenNames.exact(synonym.name());
            if (key == null) throw new IllegalStateException("bug: no configuration " + synonym.name());
            String text = key.defaultValue();
            if (text != null) return synonym.converted(text);
        }
        return null;
    }

    /// Any negative retention time of the broker means no limit, which is -1 for a topic.
    private static String unlimited(String topicName, String text) {
        return topicName.equals("retention.ms") && text.trim().startsWith("-") ? "-1" : text;
    }
}
