package barnabas.console.resources;

import barnabas.base.PrintableText;
import barnabas.base.security.ScramMechanism;
import barnabas.client.ClientException;
import barnabas.client.admin.UserAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.User;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasRequest.EntityData;
import barnabas.protocol.message.AlterClientQuotasRequest.EntryData;
import barnabas.protocol.message.AlterClientQuotasRequest.OpData;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasRequest.ComponentData;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Changes of users who log in by SCRAM, and of quotas of clients.
final class UserChanges {
    private static final List<String> ENTITIES = List.of("user", "client-id", "ip");

    /// Kinds of match in DescribeClientQuotas.
    private static final byte OF_NAME = 0;

    private static final byte OF_DEFAULT = 1;

    private UserChanges() {}

    static List<Route> routes() {
        return List.of(
                Route.of(
                                "PUT",
                                "/cluster/users/{user}",
                                "Add a user, or give a user another password",
                                UserChanges::put)
                        .body(
                                "password:string the user's password",
                                "mechanism:string SCRAM-SHA-256 or SCRAM-SHA-512; SCRAM-SHA-512 without it",
                                "preview:boolean change nothing, only say what is there"),
                Route.of("DELETE", "/cluster/users/{user}", "Remove a user's credentials", UserChanges::remove)
                        .query("preview:boolean remove nothing, only say what would go"),
                Route.of("PUT", "/cluster/quotas", "Change quotas of a client", UserChanges::quotas)
                        .body(
                                "entity:object names by kind: user, client-id, ip; null or an empty name for the default",
                                "set:object numbers by quota: producer_byte_rate, consumer_byte_rate, request_percentage,"
                                        + " controller_mutation_rate, connection_creation_rate",
                                "unset:array names of quotas that go",
                                "preview:boolean change nothing, only check and say what would change"));
    }

    private static JsonObject put(ApiRequest request, User user) throws ClientException, ApiProblem {
        String name = request.path("user");
        if (!PrintableText.isSafe(name))
            throw ApiProblem.invalid("The user's name has a character that no line can show");
        String password = request.neededText("password");
        String wanted = request.text("mechanism").orElse("SCRAM-SHA-512");
        Optional<ScramMechanism> mechanism = ScramMechanism.named(wanted);
        if (mechanism.isEmpty())
            throw ApiProblem.invalid("mechanism is one of SCRAM-SHA-256, SCRAM-SHA-512, not " + wanted);
        boolean preview = request.flag("preview");
        var admin = new UserAdmin(user.cluster());
        List<UserAdmin.Credential> present = admin.of(name);
        if (!preview) admin.put(name, mechanism.get(), password, user.random());
        boolean replaces = present.stream().anyMatch(each -> each.mechanism().equals(wanted));
        return new JsonObject()
                .put("preview", preview)
                .put("user", name)
                .put("mechanism", wanted)
                .put("replaces", replaces)
                .put("credentials", mechanisms(present));
    }

    private static JsonObject remove(ApiRequest request, User user) throws ClientException, ApiProblem {
        String name = request.path("user");
        boolean preview = request.flag("preview");
        var admin = new UserAdmin(user.cluster());
        List<UserAdmin.Credential> present = admin.of(name);
        if (present.isEmpty()) throw ApiProblem.missing("There is no user " + name + " with SCRAM credentials");
        if (!preview) admin.remove(name);
        return new JsonObject().put("preview", preview).put("user", name).put("credentials", mechanisms(present));
    }

    /// Mechanisms of credentials that were there before the change.
    private static List<String> mechanisms(List<UserAdmin.Credential> credentials) {
        return credentials.stream().map(UserAdmin.Credential::mechanism).toList();
    }

    private static JsonObject quotas(ApiRequest request, User user) throws ClientException, ApiProblem {
        var entity = new ArrayList<EntityData>();
        for (Map.Entry<String, @Nullable String> each : entity(request).entrySet())
            entity.add(new EntityData(each.getKey(), each.getValue()));
        var changes = new ArrayList<OpData>();
        for (Map.Entry<String, String> each : request.texts("set").entrySet())
            changes.add(new OpData(each.getKey(), number(each), false));
        for (String each : request.list("unset")) changes.add(new OpData(each, 0, true));
        if (changes.isEmpty()) throw ApiProblem.invalid("Neither set nor unset names a quota");
        boolean preview = request.flag("preview");
        Map<String, Double> before = present(entity, user);
        var asked = new AlterClientQuotasRequest(List.of(new EntryData(entity, changes)), preview);
        var response = user.cluster().controller().call(asked, AlterClientQuotasResponse.class);
        for (var each : response.entries()) ApiErrors.check("change quotas", each.errorCode(), each.errorMessage());
        var quotas = new ArrayList<JsonObject>();
        for (OpData each : changes)
            quotas.add(new JsonObject()
                    .put("quota", each.key())
                    .put("from", before.get(each.key()))
                    .put("to", each.remove() ? null : each.value()));
        return new JsonObject()
                .put("preview", preview)
                .put("changes", changes.size())
                .put("quotas", quotas);
    }

    /// Quotas of exactly this client.
    private static Map<String, Double> present(List<EntityData> entity, User user) throws ClientException {
        var components = new ArrayList<ComponentData>();
        for (EntityData each : entity)
            components.add(new ComponentData(
                    each.entityType(), each.entityName() == null ? OF_DEFAULT : OF_NAME, each.entityName()));
        var response = user.cluster()
                .controller()
                .call(new DescribeClientQuotasRequest(components, true), DescribeClientQuotasResponse.class);
        ApiErrors.check("list quotas", response.errorCode(), response.errorMessage());
        var values = new HashMap<String, Double>();
        if (response.entries() == null) return values;
        for (var entry : response.entries()) for (var each : entry.values()) values.put(each.key(), each.value());
        return values;
    }

    private static Map<String, @Nullable String> entity(ApiRequest request) throws ApiProblem {
        Map<String, @Nullable String> entity = request.names("entity");
        if (entity.isEmpty()) throw ApiProblem.invalid("entity is missing");
        for (String each : entity.keySet())
            if (!ENTITIES.contains(each))
                throw ApiProblem.invalid("entity is of " + String.join(", ", ENTITIES) + ", not " + each);
        for (String each : entity.values())
            if (each != null && !PrintableText.isSafe(each))
                throw ApiProblem.invalid("entity has a name with a character that no line can show");
        return entity;
    }

    private static double number(Map.Entry<String, String> quota) throws ApiProblem {
        try {
            double number = Double.parseDouble(quota.getValue());
            if (Double.isFinite(number)) return number;
        } catch (NumberFormatException e) {
            // refused below
        }
        throw ApiProblem.invalid("set." + quota.getKey() + " is no number");
    }
}
