package barnabas.base.security;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Names under which an HTTP server may be asked: `localhost`, IP addresses, and those that are given. A site
/// that points its own name at the server's address (DNS rebinding) has a browser send that name.
public final class HostNames {
    private final Set<String> names = new HashSet<>();

    /// @param names besides `localhost` and addresses
    public HostNames(Collection<String> names) {
        this.names.add("localhost");
        for (String each : names) this.names.add(each.toLowerCase(Locale.ROOT));
    }

    /// @param host the header `Host` or the authority of HTTP/2, with or without a port; empty without one
    public boolean knows(String host) {
        String name = name(host);
        return names.contains(name) || isAddress(name);
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
}
