package barnabas.metadata.access;

import barnabas.metadata.maps.PersistentMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ranges of addresses that ACLs name, found by an address in them. Immutable.
///
/// @param texts number of holders for each way of writing a range
/// @param v4 prefix lengths of ranges of IPv4 addresses
record Subnets(PersistentMap<Subnet, PersistentMap<String, Integer>> texts, Lengths v4, Lengths v6) {
    static final Subnets NONE = new Subnets(PersistentMap.empty(), Lengths.NONE, Lengths.NONE);

    /// Ranges with the address in them, as the ACLs have them.
    List<String> around(String address) {
        if (v4.isEmpty() && v6.isEmpty()) return List.of();
        byte[] bytes = NumericAddress.parse(address);
        if (bytes == null) return List.of();
        var found = new ArrayList<String>();
        for (int prefixBits : (bytes.length == 4 ? v4 : v6).all()) {
            PersistentMap<String, Integer> same = texts.find(Subnet.of(bytes, prefixBits));
            if (same != null) found.addAll(same.keys());
        }
        return found;
    }

    /// @param host of one more holder
    Subnets with(String host) {
        return changed(host, 1);
    }

    Subnets without(String host) {
        return changed(host, -1);
    }

    private Subnets changed(String host, int change) {
        Subnet subnet = parse(host);
        if (subnet == null) return this;
        PersistentMap<String, Integer> found = texts.find(subnet);
        PersistentMap<String, Integer> same = found == null ? PersistentMap.empty() : found;
        Integer before = same.find(host);
        int count = (before == null ? 0 : before) + change;
        PersistentMap<String, Integer> after = count == 0 ? same.without(host) : same.with(host, count);
        boolean isNew = same.size() == 0;
        boolean isGone = after.size() == 0;
        return new Subnets(
                isGone ? texts.without(subnet) : texts.with(subnet, after),
                subnet.isV4() ? lengths(v4, subnet, isNew, isGone) : v4,
                subnet.isV4() ? v6 : lengths(v6, subnet, isNew, isGone));
    }

    private static Lengths lengths(Lengths before, Subnet subnet, boolean isNew, boolean isGone) {
        if (isNew) return before.with(subnet.prefixBits());
        return isGone ? before.without(subnet.prefixBits()) : before;
    }

    private static @Nullable Subnet parse(String host) {
        return host.indexOf('/') < 0 ? null : Subnet.parse(host);
    }
}
