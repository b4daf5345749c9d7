package barnabas.metadata.image;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.maps.PersistentMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
    /// Only few hash codes, so that keys collide in some bits and in all of them.
    record Key(int hash, int number) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    sealed interface Step {
        record Put(Key key, int value) implements Step {}

        record Remove(Key key) implements Step {}
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> hashes = Arbitraries.of(0, 1, 32, 33, 1 << 30, -1, 7, 1 << 10);
        Arbitrary<Key> keys = Combinators.combine(hashes, Arbitraries.integers().between(0, 3))
                .as(Key::new);
        Arbitrary<Step> puts = Combinators.combine(keys, Arbitraries.integers()).as(Step.Put::new);
        Arbitrary<Step> removals = keys.map(Step.Remove::new);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, puts), net.jqwik.api.Tuple.of(2, removals))
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 500)
    void itIsAMapAndOlderVersionsStayAsTheyWere(@ForAll("steps") List<Step> steps) {
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        var model = new HashMap<Key, Integer>();
        var versions = new ArrayList<PersistentMap<Key, Integer>>();
        var models = new ArrayList<Map<Key, Integer>>();
        for (Step step : steps) {
            switch (step) {
                case Step.Put(Key key, int value) -> {
                    map = map.with(key, value);
                    model.put(key, value);
                }
                case Step.Remove(Key key) -> {
                    map = map.without(key);
                    model.remove(key);
                }
            }
            versions.add(map);
            models.add(Map.copyOf(model));
        }
        for (int i = 0; i < versions.size(); i++) {
            PersistentMap<Key, Integer> version = versions.get(i);
            var content = new HashMap<Key, Integer>();
            version.forEach(content::put);
            assertThat(content).isEqualTo(models.get(i));
            assertThat(version.size()).isEqualTo(models.get(i).size());
            models.get(i).forEach((key, value) -> assertThat(version.get(key)).contains(value));
            PersistentMap<Key, Integer> fresh = PersistentMap.empty();
            for (var entry : models.get(i).entrySet()) fresh = fresh.with(entry.getKey(), entry.getValue());
            assertThat(version).isEqualTo(fresh).hasSameHashCodeAs(fresh);
        }
    }

    @Test
    void aChangeSharesNearlyEverything() {
        PersistentMap<Integer, Integer> map = PersistentMap.empty();
        for (int i = 0; i < 100_000; i++) map = map.with(i, i);
        assertThat(map.size()).isEqualTo(100_000);
        PersistentMap<Integer, Integer> changed = map.with(-1, -1).without(50_000);
        assertThat(map.find(50_000)).isEqualTo(50_000);
        assertThat(changed.find(50_000)).isNull();
        assertThat(changed.size()).isEqualTo(100_000);
        assertThat(changed.without(-1).with(50_000, 50_000)).isEqualTo(map);
    }
}
