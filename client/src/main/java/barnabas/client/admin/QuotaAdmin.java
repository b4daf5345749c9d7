package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasRequest.EntityData;
import barnabas.protocol.message.AlterClientQuotasRequest.EntryData;
import barnabas.protocol.message.AlterClientQuotasRequest.OpData;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Quotas of clients (KIP-546).
public final class QuotaAdmin {
    /// Quotas of one client.
    ///
    /// @param entity names by kind: user, client-id, ip; null for the default of a kind
    public record Quotas(Map<String, @Nullable String> entity, Map<String, Double> values) {}

    private final Cluster cluster;

    public QuotaAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Those of all clients.
    public List<Quotas> list() throws ClientException {
        var response = cluster.controller()
                .call(new DescribeClientQuotasRequest(List.of(), false), DescribeClientQuotasResponse.class);
        TopicAdmin.check("list quotas", response.errorCode(), response.errorMessage());
        var found = new ArrayList<Quotas>();
        if (response.entries() == null) return found;
        for (var entry : response.entries()) {
            var entity = new TreeMap<String, @Nullable String>();
            for (var each : entry.entity()) entity.put(each.entityType(), each.entityName());
            var values = new TreeMap<String, Double>();
            for (var each : entry.values()) values.put(each.key(), each.value());
            found.add(new Quotas(entity, values));
        }
        return found;
    }

    /// Changes quotas of one client.
    ///
    /// @param entity names by kind, null for the default of a kind
    /// @param unset names of quotas that go
    public void alter(Map<String, @Nullable String> entity, Map<String, Double> set, List<String> unset)
            throws ClientException {
        var named = new ArrayList<EntityData>();
        entity.forEach((kind, name) -> named.add(new EntityData(kind, name)));
        var changes = new ArrayList<OpData>();
        set.forEach((quota, value) -> changes.add(new OpData(quota, value, false)));
        for (String each : unset) changes.add(new OpData(each, 0, true));
        var asked = new AlterClientQuotasRequest(List.of(new EntryData(named, changes)), false);
        var response = cluster.controller().call(asked, AlterClientQuotasResponse.class);
        for (var each : response.entries()) TopicAdmin.check("change quotas", each.errorCode(), each.errorMessage());
    }
}
