package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.admin.AclAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.Route;
import barnabas.console.view.User;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// ACLs, SCRAM users and quotas below `/cluster`.
final class AccessRoutes {
    private static final List<String> MECHANISMS = List.of("unknown", "SCRAM-SHA-256", "SCRAM-SHA-512");

    private AccessRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get("/cluster/acls", "Access control lists", (_, user) -> acls(user)),
                Route.get("/cluster/users", "Users with SCRAM credentials, without secrets", (_, user) -> users(user)),
                Route.get("/cluster/quotas", "Quotas of clients", (_, user) -> quotas(user)));
    }

    private static JsonObject acls(User user) throws ClientException {
        byte any = AccessNames.ANY;
        var all = new AclAdmin.Filter(any, null, any, null, null, any, any);
        var items = new ArrayList<JsonObject>();
        for (AclAdmin.Rule each : new AclAdmin(user.cluster()).list(all)) items.add(AclChanges.json(each));
        return JsonObject.of("items", items);
    }

    private static JsonObject users(User user) throws ClientException {
        var response = user.cluster()
                .controller()
                .call(
                        DescribeUserScramCredentialsRequest.builder()
                                .users(null)
                                .build(),
                        DescribeUserScramCredentialsResponse.class);
        ApiErrors.check("list users", response.errorCode(), response.errorMessage());
        var items = new ArrayList<JsonObject>();
        for (var result : response.results())
            for (var each : result.credentialInfos())
                items.add(new JsonObject()
                        .put("user", result.user())
                        .put("mechanism", AccessNames.word(MECHANISMS, each.mechanism()))
                        .put("iterations", each.iterations()));
        return JsonObject.of("items", items);
    }

    private static JsonObject quotas(User user) throws ClientException {
        var response = user.cluster()
                .controller()
                .call(DescribeClientQuotasRequest.builder().build(), DescribeClientQuotasResponse.class);
        ApiErrors.check("list quotas", response.errorCode(), response.errorMessage());
        var items = new ArrayList<JsonObject>();
        var entries = response.entries();
        if (entries == null) return JsonObject.of("items", items);
        for (var entry : entries) {
            Map<String, Object> values = new LinkedHashMap<>();
            for (var each : entry.values()) values.put(each.key(), each.value());
            var entity = new ArrayList<JsonObject>();
            for (var each : entry.entity())
                entity.add(new JsonObject().put("type", each.entityType()).put("name", each.entityName()));
            items.add(new JsonObject().put("entity", entity).put("values", values));
        }
        return JsonObject.of("items", items);
    }
}
