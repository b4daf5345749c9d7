package barnabas.broker.quota;

import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.net.ConnectionLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Quotas of addresses: `connection_creation_rate` of an `ip`, or the default of all that have none of their own
/// (KIP-612).
public final class AddressQuotas {
    private static final Logger LOG = LoggerFactory.getLogger(AddressQuotas.class);
    private static final String KEY = "connection_creation_rate";

    private AddressQuotas() {}

    /// May block: the quotas of Apache Kafka may name hosts.
    public static ConnectionLimits.AddressRates of(PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas) {
        var own = new HashMap<InetAddress, Integer>();
        int[] others = {Integer.MAX_VALUE};
        quotas.forEach((entity, limits) -> {
            Double rate = limits.get(KEY);
            QuotaEntity.Part part = entity.parts().getFirst();
            if (rate == null || !part.type().equals(QuotaEntity.IP)) return;
            int perSecond = (int) Math.clamp(rate, 0, Integer.MAX_VALUE);
            if (part.name() == null) others[0] = perSecond;
            else add(own, part.name(), perSecond);
        });
        return new ConnectionLimits.AddressRates(own, others[0]);
    }

    private static void add(Map<InetAddress, Integer> own, String host, int perSecond) {
        try {
            own.put(InetAddress.getByName(host), perSecond);
        } catch (UnknownHostException e) {
            LOG.warn("{} of ip {}: the host is unknown and has no limit of its own", KEY, host);
        }
    }
}
