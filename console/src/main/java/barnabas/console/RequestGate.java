package barnabas.console;

import barnabas.base.security.HostNames;
import barnabas.config.MonitoringConfig.Console;
import barnabas.console.rest.ApiProblem;
import barnabas.net.http.HttpRequest;

/// Checks of a request before anything of it is looked at: other web sites must neither read nor change anything with
/// a browser that can reach the console.
final class RequestGate {
    private final Console config;
    private final HostNames hosts;

    RequestGate(Console config) {
        this.config = config;
        hosts = new HostNames(config.hosts());
    }

    void check(HttpRequest request) throws ApiProblem {
        if (!config.enabled())
            throw new ApiProblem(404, "CONSOLE_DISABLED", "The console is off: " + Console.ENABLED + "=false");
        if (!config.remote() && !request.peer().isLoopbackAddress())
            throw new ApiProblem(
                    403,
                    "LOOPBACK_ONLY",
                    "The console answers requests of this machine only; " + Console.REMOTE
                            + "=true opens it to others");
        checkHost(request.header("host"));
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads) checkOrigin(request);
    }

    /// A site that points its own name at this address (DNS rebinding) sends that name.
    private void checkHost(String host) throws ApiProblem {
        if (hosts.knows(host)) return;
        throw new ApiProblem(
                421,
                "UNKNOWN_HOST",
                "The console is asked for under a name that it does not know; " + Console.HOSTS + " lists names");
    }

    /// A change comes from the console's own page, or from a program that is no browser. A browser says where a request
    /// comes from, and lets another site send JSON only after this server has agreed, which it does not.
    private static void checkOrigin(HttpRequest request) throws ApiProblem {
        String origin = request.header("origin");
        String host = request.header("host");
        String site = request.header("sec-fetch-site");
        boolean foreignOrigin = !origin.isEmpty()
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host);
        boolean foreignSite = !site.isEmpty() && !site.equals("same-origin") && !site.equals("none");
        if (foreignOrigin || foreignSite)
            throw new ApiProblem(403, "CROSS_SITE_REQUEST", "Changes are not taken from another site");
        String type = request.header("content-type");
        boolean json = type.equals("application/json") || type.startsWith("application/json;");
        if (!json) throw new ApiProblem(415, "UNSUPPORTED_MEDIA_TYPE", "A change needs Content-Type: application/json");
    }
}
