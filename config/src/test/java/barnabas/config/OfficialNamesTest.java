package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigDescriptions;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.KeysWithEffect;
import barnabas.config.keys.NearestName;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.Synonyms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OfficialNamesTest {
    private static final List<KeyTable> TABLES =
            List.of(KeyTable.broker(), KeyTable.topic(), KeyTable.group(), KeyTable.clientMetrics());

    @Test
    void thereAreAsManyAsInKafka() {
        // 379 in server.properties and three throttles that are only dynamic.
        assertThat(KeyTable.broker().keys()).hasSize(382);
        assertThat(KeyTable.broker().keys().stream().filter(ConfigKey::dynamicOnly))
                .hasSize(3);
        // 38 of Kafka, fourteen of our own
        assertThat(KeyTable.topic().keys()).hasSize(52);
        assertThat(KeyTable.group().keys()).hasSize(27);
        assertThat(KeyTable.clientMetrics().keys()).hasSize(3);
        assertThat(KeyTable.broker().keys().stream().filter(DynamicConfigs::isDynamic))
                .hasSize(110);
    }

    @Test
    void tablesAreSorted() {
        for (KeyTable table : TABLES) assertThat(List.copyOf(table.names())).isSorted();
    }

    @Test
    void keysWithEffectAreOfficial() {
        for (String name : KeysWithEffect.names())
            assertThat(KeyTable.broker().find(name)).as(name).isNotNull();
    }

    @Test
    void topicSynonymsExistOnBothSides() {
        for (ConfigKey key : KeyTable.topic().keys()) {
            for (Synonyms.Synonym synonym : Synonyms.ofTopic(key.name())) {
                ConfigKey broker = Objects.requireNonNull(OpenNames.exact(synonym.name()));
                if (synonym.factor() == 1)
                    assertThat(broker.type()).as(key.name()).isEqualTo(key.type());
            }
            String inherited = Synonyms.inherited(key.name(), Map.of());
            if (inherited != null)
                assertThat(inherited).as("both defaults of %s", key.name()).isEqualTo(key.defaultValue());
        }
    }

    @Provide
    Arbitrary<ConfigKey> keys() {
        var keys = new ArrayList<ConfigKey>();
        for (KeyTable table : TABLES) keys.addAll(table.keys());
        return Arbitraries.of(keys);
    }

    @Property
    void everyDefaultIsValidAndShownAsItIs(@ForAll("keys") ConfigKey key) {
        if (key.defaultValue() == null) return;
        assertThat(key.problemWith(key.defaultValue())).as(key.name()).isNull();
        assertThat(key.canonical(key.defaultValue())).isEqualTo(key.defaultValue());
    }

    /// For any text the result is a value or one line that names the setting.
    @Property
    void everyTextIsAcceptedOrRefusedInOneLine(@ForAll("keys") ConfigKey key, @ForAll("texts") String text) {
        String problem = key.problemWith(text);
        if (problem == null) return;
        assertThat(problem).contains(key.name().equals("controller.quorum.voters") ? "vote" : key.name());
        if (!text.contains("\n")) assertThat(problem).doesNotContain("\n");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of(
                        "",
                        " ",
                        ",",
                        "true",
                        "TRUE",
                        "-1",
                        "*",
                        "a,a",
                        "1:2",
                        "a:1",
                        "1@a:1",
                        "9".repeat(40),
                        "NaN",
                        "PT1H",
                        "by_duration:PT1H",
                        "by_duration:",
                        "://",
                        "A://:1",
                        "99999999999@a:1",
                        "1@:1"));
    }

    /// A broker configuration of arbitrary texts for a few settings either starts or says why not.
    @Property(tries = 300)
    void everyPropertiesFileHasAnAnswer(
            @ForAll("brokerNames") List<String> names, @ForAll("texts") String one, @ForAll("texts") String other) {
        var properties = new HashMap<String, String>();
        for (int i = 0; i < names.size(); i++) properties.put(names.get(i), i % 2 == 0 ? one : other);
        switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid valid -> {
                BrokerConfig config = valid.config();
                assertThat(BrokerConfig.of(config.layers())).isEqualTo(config);
                assertThat(ConfigDescriptions.broker(config)).hasSizeGreaterThan(300);
                assertThat(ConfigDescriptions.topic(Map.of(), config)).hasSize(37);
            }
            case ParseResult.Invalid(var problems) -> assertThat(problems).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<List<String>> brokerNames() {
        return Arbitraries.of(KeyTable.broker().names().stream().toList())
                .list()
                .ofMaxSize(6);
    }

    /// One slip in an official name is found again.
    @Property(tries = 200)
    void aSlipIsRecognised(@ForAll("slips") String slip) {
        if (KeyTable.broker().find(slip) != null) return;
        var problems = ((ParseResult.Invalid) BrokerConfig.parse(Map.of(slip, "1"))).problems();
        String nearest = problems.getFirst().substring(problems.getFirst().lastIndexOf(' ') + 1);
        assertThat(KeyTable.broker().find(nearest)).isNotNull();
        assertThat(NearestName.distance(slip, nearest, 5)).isEqualTo(1);
    }

    @Provide
    Arbitrary<String> slips() {
        return Arbitraries.of(KeyTable.broker().names().stream()
                        .filter(name -> name.length() > 8)
                        .toList())
                .flatMap(name ->
                        Arbitraries.integers().between(0, name.length() - 2).map(at -> swapped(name, at)));
    }

    private static String swapped(String name, int at) {
        return name.substring(0, at) + name.charAt(at + 1) + name.charAt(at) + name.substring(at + 2);
    }

    @Test
    void distancesAreCounted() {
        assertThat(Stream.of("kitten", "sitting", "kittne", "kitte", "", "KITten")
                        .map(b -> NearestName.distance("kitten", b, 9)))
                .containsExactly(0, 3, 1, 1, 6, 0);
    }

    /// Not an assertion: a figure for the start-up time.
    @Test
    void loadingIsMeasured() throws ReflectiveOperationException {
        var load = KeyTable.class.getDeclaredMethod("load", String.class);
        load.setAccessible(true);
        long start = System.nanoTime();
        load.invoke(null, "broker.keys");
        long parsed = System.nanoTime();
        BrokerConfig.parse(Map.of("num.partitions", "3"));
        long done = System.nanoTime();
        System.out.printf(
                "broker table: %.1f ms, a configuration: %.1f ms%n", (parsed - start) / 1e6, (done - parsed) / 1e6);
    }
}
