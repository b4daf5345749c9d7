package barnabas.console;

import barnabas.config.MonitoringConfig.Console;
import barnabas.console.rest.ApiProblem;
import barnabas.net.http.HttpRequest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Checks of a request before anything of it is looked at: other web sites must neither read nor change anything with
/// a browser that can reach the console.
final class RequestGate {
    private final Console config;
    private final Set<String> hosts = new HashSet<>();

    RequestGate(Console config) {
        this.config = config;
        hosts.add("localhost");
        for (String each : config.hosts()) hosts.add(each.toLowerCase(Locale.ROOT));
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
        String name = name(host);
        if (hosts.contains(name) || isAddress(name)) return;
        throw new ApiProblem(
                421,
                "UNKNOWN_HOST",
                "The console is asked for under a name that it does not know; " + Console.HOSTS + " lists names");
    }

    private static String name(String host) {
        int colon = host.lastIndexOf(':');
        boolean port =
                colon > 0 && host.indexOf(']', colon) < 0 && (host.indexOf(':') == colon || host.startsWith("["));
        return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }

    /// An IP address cannot be pointed elsewhere.
    private static boolean isAddress(String name) {
        if (name.startsWith("[") && name.endsWith("]") && name.length() > 4) {
            for (int i = 1; i < name.length() - 1; i++) {
                char c = name.charAt(i);
                if (Character.digit(c, 16) < 0 && c != ':' && c != '.') return false;
            }
            return true;
        }
        String[] parts = name.split("\\.", -1);
        if (parts.length != 4) return false;
        for (String each : parts) {
            if (each.isEmpty() || each.length() > 3) return false;
            for (int i = 0; i < each.length(); i++) if (each.charAt(i) < '0' || each.charAt(i) > '9') return false;
        }
        return true;
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
