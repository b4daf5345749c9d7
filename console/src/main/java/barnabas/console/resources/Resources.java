package barnabas.console.resources;

import barnabas.broker.http.NodeAccess;
import barnabas.client.ClientException;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.rest.Routes;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.List;

/// All routes.
public final class Resources {
    private Resources() {}

    public static Routes of(NodeAccess node) {
        var routes = new ArrayList<Route>();
        routes.add(Route.get("/", "Where to begin", Resources::index));
        routes.add(Route.get("/openapi.json", "This document", (_, _) -> new Routes(routes).openApi()));
        routes.addAll(sessions());
        routes.addAll(new OverviewRoutes(node).routes());
        routes.addAll(ClusterRoutes.routes());
        routes.addAll(AccessRoutes.routes());
        routes.addAll(AclChanges.routes());
        routes.addAll(UserChanges.routes());
        routes.addAll(ReassignmentRoutes.routes());
        routes.addAll(TopicRoutes.routes());
        routes.addAll(TopicChanges.routes());
        routes.addAll(new RecordRoutes(node).routes());
        routes.addAll(GroupRoutes.routes());
        routes.addAll(TransactionRoutes.routes());
        return new Routes(routes);
    }

    private static Object index(ApiRequest request, User user) {
        return new JsonObject()
                .put("openapi", Routes.BASE + "/openapi.json")
                .put(
                        "resources",
                        List.of(
                                Routes.BASE + "/overview",
                                Routes.BASE + "/cluster",
                                Routes.BASE + "/topics",
                                Routes.BASE + "/groups",
                                Routes.BASE + "/transactions"));
    }

    /// Answered before a user is known; here for the document.
    private static List<Route> sessions() {
        return List.of(
                Route.get("/session", "Whether a login is needed, and who is logged in", Resources::answeredBefore),
                Route.of("POST", "/session", "Log in with a user of the cluster", Resources::answeredBefore)
                        .body("user:string name", "password:string the user's password"),
                Route.of("DELETE", "/session", "Log out", Resources::answeredBefore));
    }

    private static Object answeredBefore(ApiRequest request, User user) throws ClientException, ApiProblem {
        throw ApiProblem.missing("Sessions are answered elsewhere");
    }
}
