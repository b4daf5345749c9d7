package barnabas.console.resources;

import barnabas.base.PrintableText;
import barnabas.client.ClientException;
import barnabas.client.admin.AclAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.List;

/// Add and remove ACLs. With `preview` nothing is changed, and the answer has the rules that would be.
final class AclChanges {
    private static final String[] RULE = {
        "principal:string as User:alice; alice is short for it",
        "permission:string allow or deny; allow without it",
        "operation:string " + AccessNames.choices(AccessNames.OPERATIONS),
        "resource:string " + AccessNames.choices(AccessNames.RESOURCES),
        "name:string of the resource, * for all; kafka-cluster without it for the cluster",
        "pattern:string literal or prefixed; literal without it",
        "host:string address of the client, * for all; * without it",
        "preview:boolean change nothing, only say what would change"
    };

    private AclChanges() {}

    static List<Route> routes() {
        return List.of(
                Route.of("POST", "/cluster/acls", "Add an access rule", AclChanges::add)
                        .body(RULE),
                Route.of("DELETE", "/cluster/acls", "Remove an access rule", AclChanges::remove)
                        .body(RULE));
    }

    static JsonObject json(AclAdmin.Rule rule) {
        return new JsonObject()
                .put("principal", rule.principal())
                .put("permission", AccessNames.word(AccessNames.PERMISSIONS, rule.permissionType()))
                .put("operation", AccessNames.word(AccessNames.OPERATIONS, rule.operation()))
                .put("resource", AccessNames.word(AccessNames.RESOURCES, rule.resourceType()))
                .put("name", rule.resourceName())
                .put("pattern", AccessNames.word(AccessNames.PATTERNS, rule.patternType()))
                .put("host", rule.host());
    }

    private static AclAdmin.Rule rule(ApiRequest request) throws ApiProblem {
        byte resource = AccessNames.code(request, "resource", AccessNames.RESOURCES, "");
        boolean ofCluster = AccessNames.word(AccessNames.RESOURCES, resource).equals("cluster");
        String name = ofCluster ? request.text("name").orElse("kafka-cluster") : request.neededText("name");
        String principal = request.neededText("principal");
        return new AclAdmin.Rule(
                resource,
                name,
                AccessNames.code(request, "pattern", AccessNames.PATTERNS, "literal"),
                principal.indexOf(':') < 0 ? "User:" + principal : principal,
                request.text("host").orElse("*"),
                AccessNames.code(request, "operation", AccessNames.OPERATIONS, ""),
                AccessNames.code(request, "permission", AccessNames.PERMISSIONS, "allow"));
    }

    private static AclAdmin.Filter same(AclAdmin.Rule rule) {
        return new AclAdmin.Filter(
                rule.resourceType(),
                rule.resourceName(),
                rule.patternType(),
                rule.principal(),
                rule.host(),
                rule.operation(),
                rule.permissionType());
    }

    private static JsonObject add(ApiRequest request, User user) throws ClientException, ApiProblem {
        AclAdmin.Rule rule = rule(request);
        for (String each : List.of(rule.principal(), rule.resourceName(), rule.host()))
            if (!PrintableText.isSafe(each)) throw ApiProblem.invalid("The rule has a character that no line can show");
        boolean preview = request.flag("preview");
        var admin = new AclAdmin(user.cluster());
        if (!preview) admin.add(List.of(rule));
        return new JsonObject()
                .put("preview", preview)
                .put("rule", json(rule))
                .put("there", preview && !admin.list(same(rule)).isEmpty());
    }

    private static JsonObject remove(ApiRequest request, User user) throws ClientException, ApiProblem {
        AclAdmin.Rule rule = rule(request);
        boolean preview = request.flag("preview");
        var admin = new AclAdmin(user.cluster());
        var goes = new ArrayList<JsonObject>();
        for (AclAdmin.Rule each : admin.list(same(rule))) goes.add(json(each));
        if (goes.isEmpty()) throw ApiProblem.missing("There is no such rule");
        if (!preview) {
            int _ = admin.delete(List.of(same(rule)));
        }
        return new JsonObject().put("preview", preview).put("rules", goes);
    }
}
