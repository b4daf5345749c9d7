package barnabas.registry;

import barnabas.net.http.HttpRequest;
import barnabas.registry.model.RegistryProblem;

/// Refusal of requests that web sites make with a browser that can reach the registry. Browsers say so themselves:
/// with `Origin` or `Sec-Fetch-Site`. Programs send neither, though `fetch` of Node sends `Sec-Fetch-Mode`.
final class BrowserGate {
    private BrowserGate() {}

    static void check(HttpRequest request) throws RegistryProblem {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        String site = request.header("sec-fetch-site");
        boolean typed = read && site.equals("none");
        boolean browser = !request.header("origin").isEmpty() || !site.isEmpty();
        if (browser && !typed)
            throw new RegistryProblem(403, "The schema registry answers programs, not pages of web sites");
    }
}
