package barnabas.config.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.keys.KeyTable;
import barnabas.config.keys.KeysWithEffect;
import barnabas.config.keys.Synonyms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DocumentationTest {
    private static final int LENGTH_MAX = 600;

    /// Settings of clients, the name of a logger, the beginning of a metric's name.
    private static final Set<String> ELSEWHERE = Set.of(
            "auto.offset.reset",
            "barnabas.client.metrics",
            "com.sun.management.jmxremote",
            "delivery.timeout.ms",
            "max.request.size",
            "org.apache.kafka.consumer",
            "session.timeout.ms",
            "transaction.timeout.ms");

    private record Texts(String file, KeyTable keys, ConfigResource.Type type) {
        Map<String, String> all() {
            return Documentation.load(file);
        }
    }

    private static final List<Texts> FILES = List.of(
            new Texts("broker.docs", KeyTable.broker(), ConfigResource.Type.BROKER),
            new Texts("barnabas.docs", KeyTable.barnabas(), ConfigResource.Type.BROKER),
            new Texts("topic.docs", KeyTable.topic(), ConfigResource.Type.TOPIC),
            new Texts("group.docs", KeyTable.group(), ConfigResource.Type.GROUP),
            new Texts("client-metrics.docs", KeyTable.clientMetrics(), ConfigResource.Type.CLIENT_METRICS));

    @Test
    void eachKeyHasATextAndEachTextAKey() {
        for (Texts texts : FILES)
            assertThat(texts.all().keySet()).as(texts.file).containsExactlyElementsOf(texts.keys.names());
    }

    @Test
    void textsAreShortWholeSentences() {
        for (Texts texts : FILES) {
            for (String name : texts.keys.names()) {
                String text = Objects.requireNonNull(Documentation.of(texts.type, name), name);
                assertThat(text).as(name).hasSizeBetween(15, LENGTH_MAX).endsWith(".");
                assertThat(text).as(name).isEqualTo(text.strip()).doesNotContain("  ", "\t");
            }
        }
    }

    @Test
    void noTwoKeysShareAText() {
        var seen = new HashMap<String, String>();
        for (Texts texts : FILES) {
            texts.all()
                    .forEach((name, text) -> assertThat(seen.put(text, texts.file + " " + name))
                            .as("the same text as that of %s in %s", name, texts.file)
                            .isNull());
        }
    }

    /// A text that names another setting names one that exists.
    @Test
    void settingsThatTextsNameExist() {
        for (Texts texts : FILES) {
            for (String word : String.join(" ", texts.all().values()).split("[ ,;:()'=]+")) {
                String name = word.replaceAll("\\.$", "");
                if (name.matches("[a-z]+(\\.[a-z]+){2,}"))
                    assertThat(exists(name)).as(name).isTrue();
            }
        }
    }

    private static boolean exists(String name) {
        return FILES.stream().anyMatch(texts -> texts.keys.names().contains(name)) || ELSEWHERE.contains(name);
    }

    @Test
    void settingsWithoutEffectAreMarked() {
        String sentence = "Accepted, without effect in Barnabas.";
        for (String name : KeyTable.broker().names()) {
            String text = Objects.requireNonNull(Documentation.of(ConfigResource.Type.BROKER, name));
            if (KeysWithEffect.contains(name)) assertThat(text).as(name).doesNotContain(sentence);
            else assertThat(text).as(name).containsOnlyOnce(sentence);
        }
    }

    /// A topic's or a group's setting has an effect exactly when the broker's that stands in for it has.
    @Test
    void topicsAndGroupsAgreeWithTheirBroker() {
        for (String name : KeyTable.topic().names()) {
            var brokerNames =
                    Synonyms.ofTopic(name).stream().map(Synonyms.Synonym::name).toList();
            if (!brokerNames.isEmpty()) agree(ConfigResource.Type.TOPIC, name, brokerNames);
        }
        for (String name : KeyTable.group().names()) {
            String brokerName = GroupConfigs.brokerName(name);
            if (brokerName != null) agree(ConfigResource.Type.GROUP, name, List.of(brokerName));
        }
    }

    private static void agree(ConfigResource.Type type, String name, List<String> brokerNames) {
        String text = Objects.requireNonNull(Documentation.of(type, name));
        assertThat(text.contains("without effect in Barnabas"))
                .as("%s says it has no effect, as %s", name, brokerNames)
                .isEqualTo(brokerNames.stream().noneMatch(KeysWithEffect::contains));
    }

    @Test
    void unofficialNamesHaveNone() {
        assertThat(Documentation.of(ConfigResource.Type.BROKER, "no.such.thing"))
                .isNull();
        assertThat(Documentation.of(ConfigResource.Type.BROKER, "barnabas.no.such.thing"))
                .isNull();
        assertThat(Documentation.of(ConfigResource.Type.BROKER, "listener.name.internal.max.connections"))
                .isNull();
        assertThat(Documentation.of(ConfigResource.Type.TOPIC, "log.segment.bytes"))
                .isNull();
        assertThat(Documentation.of(ConfigResource.Type.BROKER_LOGGER, "barnabas"))
                .isNull();
    }
}
