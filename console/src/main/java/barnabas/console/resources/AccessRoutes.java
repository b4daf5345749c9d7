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
    private static final byte ANY = 1;
    private static final String[] RESOURCES = {
        "unknown", "any", "topic", "group", "cluster", "transactional-id", "delegation-token", "user"
    };
    private static final String[] PATTERNS = {"unknown", "any", "match", "literal", "prefixed"};
    private static final String[] PERMISSIONS = {"unknown", "any", "deny", "allow"};
    private static final String[] OPERATIONS = {
        "unknown",
        "any",
        "all",
        "read",
        "write",
        "create",
        "delete",
        "alter",
        "describe",
        "cluster-action",
        "describe-configs",
        "alter-configs",
        "idempotent-write",
        "create-tokens",
        "describe-tokens",
        "two-phase-commit"
    };
    private static final String[] MECHANISMS = {"unknown", "SCRAM-SHA-256", "SCRAM-SHA-512"};

    private AccessRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get("/cluster/acls", "Access control lists", (_, user) -> acls(user)),
                Route.get("/cluster/users", "Users with SCRAM credentials, without secrets", (_, user) -> users(user)),
                Route.get("/cluster/quotas", "Quotas of clients", (_, user) -> quotas(user)));
    }

    private static String name(String[] names, int code) {
        return code >= 0 && code < names.length ? names[code] : String.valueOf(code);
    }

    private static JsonObject acls(User user) throws ClientException {
        var all = new AclAdmin.Filter(ANY, null, ANY, null, null, ANY, ANY);
        var items = new ArrayList<JsonObject>();
        for (AclAdmin.Rule each : new AclAdmin(user.cluster()).list(all))
            items.add(new JsonObject()
                    .put("principal", each.principal())
                    .put("permission", name(PERMISSIONS, each.permissionType()))
                    .put("operation", name(OPERATIONS, each.operation()))
                    .put("resource", name(RESOURCES, each.resourceType()))
                    .put("name", each.resourceName())
                    .put("pattern", name(PATTERNS, each.patternType()))
                    .put("host", each.host()));
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
                        .put("mechanism", name(MECHANISMS, each.mechanism()))
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
