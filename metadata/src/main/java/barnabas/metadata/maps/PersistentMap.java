package barnabas.metadata.maps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// An immutable hash map whose changed copies share all but one path of nodes with the original: a change costs a few
/// hundred bytes whatever the size. A hash array mapped trie (Bagwell, "Ideal Hash Trees", 2001), five hash bits a
/// level.
///
/// The order of [#keys] and [#values] depends on the keys' hash codes only.
public final class PersistentMap<K, V> {
    private static final int LEVEL_BITS = 5;
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(null, 0);

    /// Content of a slot of a branch. `shift` is how many bits of the hash code the branches above have used.
    private sealed interface Node<K, V> {
        @Nullable
        V find(int hash, K key, int shift);

        Node<K, V> put(int shift, Entry<K, V> entry);

        /// Null when nothing is left. The key is there.
        @Nullable
        Node<K, V> remove(int shift, int hash, K key);

        void walk(BiConsumer<? super K, ? super V> action);

        boolean any(BiPredicate<? super K, ? super V> test);
    }

    private record Entry<K, V>(int hash, K key, V value) implements Node<K, V> {
        @Override
        public @Nullable V find(int sought, K soughtKey, int shift) {
            return hash == sought && key.equals(soughtKey) ? value : null;
        }

        @Override
        public Node<K, V> put(int shift, Entry<K, V> entry) {
            if (hash != entry.hash) return split(this, hash, entry, shift);
            return key.equals(entry.key) ? entry : new Collision<>(hash, List.of(this, entry));
        }

        @Override
        public @Nullable Node<K, V> remove(int shift, int soughtHash, K soughtKey) {
            return null;
        }

        @Override
        public void walk(BiConsumer<? super K, ? super V> action) {
            action.accept(key, value);
        }

        @Override
        public boolean any(BiPredicate<? super K, ? super V> test) {
            return test.test(key, value);
        }
    }

    /// Entries whose hash codes are equal in all 32 bits; at least two.
    private record Collision<K, V>(int hash, List<Entry<K, V>> entries) implements Node<K, V> {
        @Override
        public @Nullable V find(int sought, K key, int shift) {
            if (hash != sought) return null;
            for (Entry<K, V> entry : entries) if (entry.key.equals(key)) return entry.value;
            return null;
        }

        @Override
        public Node<K, V> put(int shift, Entry<K, V> entry) {
            if (hash != entry.hash) return split(this, hash, entry, shift);
            var changed = new ArrayList<>(entries);
            changed.removeIf(old -> old.key.equals(entry.key));
            changed.add(entry);
            return new Collision<>(hash, List.copyOf(changed));
        }

        @Override
        public Node<K, V> remove(int shift, int sought, K key) {
            var left = entries.stream().filter(entry -> !entry.key.equals(key)).toList();
            return left.size() == 1 ? left.getFirst() : new Collision<>(hash, left);
        }

        @Override
        public void walk(BiConsumer<? super K, ? super V> action) {
            entries.forEach(entry -> action.accept(entry.key, entry.value));
        }

        @Override
        public boolean any(BiPredicate<? super K, ? super V> test) {
            for (Entry<K, V> entry : entries) if (entry.any(test)) return true;
            return false;
        }
    }

    /// `bitmap` has a bit for each of 32 possible slots that is taken; `slots` has only those.
    private static final class Branch<K, V> implements Node<K, V> {
        final int bitmap;
        final Node<K, V>[] slots;

        Branch(int bitmap, Node<K, V>[] slots) {
            this.bitmap = bitmap;
            this.slots = slots;
        }

        int index(int bit) {
            return Integer.bitCount(bitmap & (bit - 1));
        }

        @Override
        public @Nullable V find(int hash, K key, int shift) {
            int bit = bit(hash, shift);
            return (bitmap & bit) == 0 ? null : slots[index(bit)].find(hash, key, shift + LEVEL_BITS);
        }

        @Override
        public Node<K, V> put(int shift, Entry<K, V> entry) {
            int bit = bit(entry.hash, shift);
            int index = index(bit);
            if ((bitmap & bit) == 0) return inserted(this, bit, index, entry);
            return replaced(this, index, slots[index].put(shift + LEVEL_BITS, entry));
        }

        @Override
        public @Nullable Node<K, V> remove(int shift, int hash, K key) {
            int bit = bit(hash, shift);
            int index = index(bit);
            Node<K, V> left = slots[index].remove(shift + LEVEL_BITS, hash, key);
            if (left == null) return removed(this, bit, index);
            // A branch with nothing but one entry is that entry: the shape depends on the content only.
            if (slots.length == 1 && !(left instanceof Branch)) return left;
            return replaced(this, index, left);
        }

        @Override
        public void walk(BiConsumer<? super K, ? super V> action) {
            for (Node<K, V> slot : slots) slot.walk(action);
        }

        @Override
        public boolean any(BiPredicate<? super K, ? super V> test) {
            for (Node<K, V> slot : slots) if (slot.any(test)) return true;
            return false;
        }
    }

    private final @Nullable Node<K, V> root;
    private final int size;

    private PersistentMap(@Nullable Node<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // it holds neither keys nor values
    public static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean containsKey(K key) {
        return find(key) != null;
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(find(key));
    }

    /// The value of `key`, null when there is none: for paths where an [Optional] would be an object too many.
    public @Nullable V find(K key) {
        return root == null ? null : root.find(spread(key), key, 0);
    }

    public PersistentMap<K, V> with(K key, V value) {
        var entry = new Entry<>(spread(key), key, value);
        if (root == null) return new PersistentMap<>(entry, 1);
        Node<K, V> changed = root.put(0, entry);
        return new PersistentMap<>(changed, containsKey(key) ? size : size + 1);
    }

    /// Without a mapping for `key`; this map itself when it has none.
    public PersistentMap<K, V> without(K key) {
        if (root == null || !containsKey(key)) return this;
        return size == 1 ? empty() : new PersistentMap<>(root.remove(0, spread(key), key), size - 1);
    }

    public void forEach(BiConsumer<? super K, ? super V> action) {
        if (root != null) root.walk(action);
    }

    /// Whether `test` holds for a mapping; it is not asked any more once it does.
    public boolean any(BiPredicate<? super K, ? super V> test) {
        return root != null && root.any(test);
    }

    public Collection<K> keys() {
        var keys = new ArrayList<K>(size);
        forEach((key, _) -> keys.add(key));
        return keys;
    }

    public Collection<V> values() {
        var values = new ArrayList<V>(size);
        forEach((_, value) -> values.add(value));
        return values;
    }

    /// Two nodes with different hash codes under as many branches as it takes to separate them.
    private static <K, V> Branch<K, V> split(Node<K, V> first, int firstHash, Entry<K, V> second, int shift) {
        int firstBit = bit(firstHash, shift);
        int secondBit = bit(second.hash, shift);
        if (firstBit == secondBit) {
            Node<K, V>[] slots = slots(1);
            slots[0] = split(first, firstHash, second, shift + LEVEL_BITS);
            return new Branch<>(firstBit, slots);
        }
        Node<K, V>[] slots = slots(2);
        boolean firstIsLower = Integer.compareUnsigned(firstBit, secondBit) < 0;
        slots[0] = firstIsLower ? first : second;
        slots[1] = firstIsLower ? second : first;
        return new Branch<>(firstBit | secondBit, slots);
    }

    private static <K, V> Branch<K, V> inserted(Branch<K, V> branch, int bit, int index, Node<K, V> node) {
        Node<K, V>[] slots = slots(branch.slots.length + 1);
        System.arraycopy(branch.slots, 0, slots, 0, index);
        slots[index] = node;
        System.arraycopy(branch.slots, index, slots, index + 1, branch.slots.length - index);
        return new Branch<>(branch.bitmap | bit, slots);
    }

    private static <K, V> Branch<K, V> replaced(Branch<K, V> branch, int index, Node<K, V> node) {
        Node<K, V>[] slots = Arrays.copyOf(branch.slots, branch.slots.length);
        slots[index] = node;
        return new Branch<>(branch.bitmap, slots);
    }

    private static <K, V> @Nullable Node<K, V> removed(Branch<K, V> branch, int bit, int index) {
        int length = branch.slots.length - 1;
        if (length == 0) return null;
        if (length == 1 && !(branch.slots[1 - index] instanceof Branch)) return branch.slots[1 - index];
        Node<K, V>[] slots = slots(length);
        System.arraycopy(branch.slots, 0, slots, 0, index);
        System.arraycopy(branch.slots, index + 1, slots, index, length - index);
        return new Branch<>(branch.bitmap & ~bit, slots);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private static <K, V> Node<K, V>[] slots(int length) {
        return new Node[length];
    }

    private static int bit(int hash, int shift) {
        return 1 << ((hash >>> shift) & 31);
    }

    /// Mixes high bits into low ones (the finalizer of MurmurHash3): small integers and similar names spread evenly.
    private static int spread(Object key) {
        int hash = key.hashCode();
        hash ^= hash >>> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >>> 13;
        hash *= 0xC2B2AE35;
        return hash ^ hash >>> 16;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) return true;
        if (!(other instanceof PersistentMap<?, ?> that) || that.size != size) return false;
        @SuppressWarnings("unchecked") // only asked, never written
        var those = (PersistentMap<K, V>) that;
        for (K key : keys()) if (!Objects.equals(find(key), those.find(key))) return false;
        return true;
    }

    @Override
    public int hashCode() {
        int[] sum = {0};
        forEach((key, value) -> sum[0] += key.hashCode() ^ value.hashCode());
        return sum[0];
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        forEach((key, value) -> text.append(text.length() == 1 ? "" : ", ")
                .append(key)
                .append('=')
                .append(value));
        return text.append('}').toString();
    }
}
