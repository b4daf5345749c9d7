package barnabas.metadata.access;

import barnabas.metadata.maps.PersistentMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// ACLs in the order in which a decision looks for them: by resource type, principal and host, then by the resource's
/// name. Immutable, and a changed copy shares almost everything with the original, as [PersistentMap] does.
///
/// A decision looks at four holders (the principal or `User:*`, from its host or from all), and at two more for each
/// range of addresses around the client that ACLs name. At each holder it looks for the name, for `*` and for
/// prefixes of each length that the holder has. How many ACLs there are makes no difference.
public final class AclIndex {
    public static final AclIndex EMPTY =
            new AclIndex(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty(), Subnets.NONE);

    /// Result of a decision by the ACLs alone.
    public enum Verdict {
        ALLOWED,
        DENIED,
        /// There is no ACL at all for the resource.
        NO_ACL
    }

    /// Client that ACLs are about.
    ///
    /// @param host [Acl#WILDCARD], an address or a range of addresses, as the ACL has it
    private record Holder(byte resourceType, String principal, String host) {}

    /// Operations that ACLs of one holder allow and deny, by the pattern of their resource.
    private record Names<V>(PersistentMap<String, V> literal, PersistentMap<String, V> prefixed, Lengths lengths) {
        private static final Names<?> EMPTY = new Names<>(PersistentMap.empty(), PersistentMap.empty(), Lengths.NONE);

        @SuppressWarnings("unchecked") // it has no values
        static <V> Names<V> empty() {
            return (Names<V>) EMPTY;
        }

        @Nullable
        V find(Acl acl) {
            return (acl.patternType() == Acl.PREFIXED ? prefixed : literal).find(acl.resourceName());
        }

        Names<V> with(Acl acl, @Nullable V value) {
            String name = acl.resourceName();
            if (acl.patternType() != Acl.PREFIXED) return new Names<>(changed(literal, name, value), prefixed, lengths);
            boolean had = prefixed.containsKey(name);
            Lengths changed = lengths;
            if (value == null && had) changed = lengths.without(name.length());
            if (value != null && !had) changed = lengths.with(name.length());
            return new Names<>(literal, changed(prefixed, name, value), changed);
        }

        private static <V> PersistentMap<String, V> changed(
                PersistentMap<String, V> map, String name, @Nullable V value) {
            return value == null ? map.without(name) : map.with(name, value);
        }

        boolean isEmpty() {
            return literal.size() == 0 && prefixed.size() == 0;
        }
    }

    /// Operations allowed, in the lower 32 bits, and denied, in the upper ones.
    private static final int DENIED_SHIFT = 32;

    private final PersistentMap<Holder, Names<Long>> holders;
    /// Number of ACLs of each pattern, by resource type.
    private final PersistentMap<Byte, Names<Integer>> patterns;
    /// Further copies of ACLs that are there under several ids.
    private final PersistentMap<Acl, Integer> copies;
    /// Hosts of holders that are ranges of addresses.
    private final Subnets subnets;

    private AclIndex(
            PersistentMap<Holder, Names<Long>> holders,
            PersistentMap<Byte, Names<Integer>> patterns,
            PersistentMap<Acl, Integer> copies,
            Subnets subnets) {
        this.holders = holders;
        this.patterns = patterns;
        this.copies = copies;
        this.subnets = subnets;
    }

    public boolean contains(Acl acl) {
        Names<Long> names = holders.find(holder(acl));
        Long operations = names == null ? null : names.find(acl);
        return operations != null && (operations & bit(acl)) != 0;
    }

    public AclIndex with(Acl acl) {
        Holder holder = holder(acl);
        Names<Long> found = holders.find(holder);
        Names<Long> names = found == null ? Names.empty() : found;
        long before = value(names.find(acl));
        if ((before & bit(acl)) != 0) return new AclIndex(holders, counted(acl, 1), copied(acl, 1), subnets);
        return new AclIndex(
                holders.with(holder, names.with(acl, before | bit(acl))),
                counted(acl, 1),
                copies,
                found == null ? subnets.with(acl.host()) : subnets);
    }

    /// @param acl one that is there
    public AclIndex without(Acl acl) {
        if (copies.containsKey(acl)) return new AclIndex(holders, counted(acl, -1), copied(acl, -1), subnets);
        Holder holder = holder(acl);
        Names<Long> names = holders.find(holder);
        if (names == null) return this;
        long rest = value(names.find(acl)) & ~bit(acl);
        Names<Long> after = names.with(acl, rest == 0 ? null : rest);
        return after.isEmpty()
                ? new AclIndex(holders.without(holder), counted(acl, -1), copies, subnets.without(acl.host()))
                : new AclIndex(holders.with(holder, after), counted(acl, -1), copies, subnets);
    }

    private PersistentMap<Acl, Integer> copied(Acl acl, int change) {
        Integer before = copies.find(acl);
        int after = (before == null ? 0 : before) + change;
        return after == 0 ? copies.without(acl) : copies.with(acl, after);
    }

    private PersistentMap<Byte, Names<Integer>> counted(Acl acl, int change) {
        Names<Integer> found = patterns.find(acl.resourceType());
        Names<Integer> names = found == null ? Names.empty() : found;
        Integer before = names.find(acl);
        int after = (before == null ? 0 : before) + change;
        return patterns.with(acl.resourceType(), names.with(acl, after == 0 ? null : after));
    }

    private static Holder holder(Acl acl) {
        return new Holder(acl.resourceType(), acl.principal(), acl.host());
    }

    private static long bit(Acl acl) {
        long bit = Acl.bit(acl.operation());
        return acl.permissionType() == Acl.DENY ? bit << DENIED_SHIFT : bit;
    }

    /// @param principal `User:alice`
    /// @param address of the client, as text
    /// @param name of one resource
    public Verdict decide(String principal, String address, byte operation, byte resourceType, String name) {
        long operations = 0;
        for (Names<Long> names : held(principal, address, resourceType)) operations |= operations(names, name);
        if (((int) (operations >>> DENIED_SHIFT) & Acl.forbidding(operation)) != 0) return Verdict.DENIED;
        if (((int) operations & Acl.permitting(operation)) != 0) return Verdict.ALLOWED;
        return hasAcl(resourceType, name) ? Verdict.DENIED : Verdict.NO_ACL;
    }

    private List<Names<Long>> held(String principal, String address, byte resourceType) {
        var found = new ArrayList<Names<Long>>(4);
        List<String> ranges = subnets.around(address);
        addHeld(found, resourceType, principal, address, ranges);
        if (!principal.equals(Acl.WILDCARD_PRINCIPAL))
            addHeld(found, resourceType, Acl.WILDCARD_PRINCIPAL, address, ranges);
        return found;
    }

    private void addHeld(
            List<Names<Long>> found, byte resourceType, String principal, String address, List<String> ranges) {
        addHeld(found, new Holder(resourceType, principal, Acl.WILDCARD));
        addHeld(found, new Holder(resourceType, principal, address));
        for (String range : ranges) addHeld(found, new Holder(resourceType, principal, range));
    }

    private void addHeld(List<Names<Long>> found, Holder holder) {
        Names<Long> names = holders.find(holder);
        if (names != null) found.add(names);
    }

    private static long operations(Names<Long> names, String name) {
        long operations = value(names.literal.find(name)) | value(names.literal.find(Acl.WILDCARD));
        for (int length : names.lengths.all()) {
            if (length > name.length()) break;
            operations |= value(names.prefixed.find(name.substring(0, length)));
        }
        return operations;
    }

    private static long value(@Nullable Long operations) {
        return operations == null ? 0 : operations;
    }

    private boolean hasAcl(byte resourceType, String name) {
        Names<Integer> names = patterns.find(resourceType);
        if (names == null) return false;
        if (names.literal.containsKey(name) || names.literal.containsKey(Acl.WILDCARD)) return true;
        for (int length : names.lengths.all()) {
            if (length > name.length()) break;
            if (names.prefixed.containsKey(name.substring(0, length))) return true;
        }
        return false;
    }

    /// Whether the client may do this on some resource of the type: an ALLOW that no DENY covers as a whole. Nothing is
    /// implied here (KIP-679).
    public boolean allowsAny(String principal, String address, byte operation, byte resourceType) {
        int wanted = Acl.bit(operation) | Acl.bit(Acl.ALL);
        long denied = (long) wanted << DENIED_SHIFT;
        List<Names<Long>> held = held(principal, address, resourceType);
        for (Names<Long> names : held) if ((value(names.literal.find(Acl.WILDCARD)) & denied) != 0) return false;
        for (Names<Long> names : held) if ((value(names.literal.find(Acl.WILDCARD)) & wanted) != 0) return true;
        for (Names<Long> names : held) {
            if (names.literal.any((name, its) -> (its & wanted) != 0 && !isDenied(held, name, denied, true)))
                return true;
            if (names.prefixed.any((name, its) -> (its & wanted) != 0 && !isDenied(held, name, denied, false)))
                return true;
        }
        return false;
    }

    private static boolean isDenied(List<Names<Long>> held, String pattern, long denied, boolean literal) {
        for (Names<Long> names : held) {
            if (literal && (value(names.literal.find(pattern)) & denied) != 0) return true;
            for (int length : names.lengths.all()) {
                if (length > pattern.length()) break;
                if ((value(names.prefixed.find(pattern.substring(0, length))) & denied) != 0) return true;
            }
        }
        return false;
    }

    /// Equal for the same ACLs: the other parts follow from these two.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AclIndex that && holders.equals(that.holders) && copies.equals(that.copies);
    }

    @Override
    public int hashCode() {
        return holders.hashCode() + 31 * copies.hashCode();
    }
}
