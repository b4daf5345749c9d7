package barnabas.broker.access;

import barnabas.broker.request.Call;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lines about one request in the log `barnabas.authorizer`: denials at INFO, a line for each resource of a request up
/// to [#LINES_MAX]; what was allowed at DEBUG.
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("barnabas.authorizer");

    /// A request may name ten thousand topics.
    static final int LINES_MAX = 10;

    private static final int TEXT_CHARS_MAX = 255;

    private record Denial(Operation operation, Resource.Type type, String name) {}

    private final Call call;
    private final Set<Denial> denials = new HashSet<>();

    Audit(Call call) {
        this.call = call;
    }

    void denied(Operation operation, Resource.Type type, String name) {
        if (denials.size() > LINES_MAX || !LOG.isInfoEnabled()) return;
        if (!denials.add(new Denial(operation, type, name))) return;
        if (denials.size() > LINES_MAX) LOG.info("Denied: {} and on further resources", line(operation, type, name));
        else LOG.info("Denied: {}", line(operation, type, name));
    }

    void allowed(Operation operation, Resource resource) {
        if (LOG.isDebugEnabled()) LOG.debug("Allowed: {}", line(operation, resource.type(), resource.name()));
    }

    private String line(Operation operation, Resource.Type type, String name) {
        return "principal=" + escaped(call.client().principal().toString())
                + " host=" + call.connection().remoteAddress().getAddress().getHostAddress()
                + " operation=" + operation
                + " resource=" + type + ":" + escaped(name)
                + " request=" + call.key() + " v" + call.version()
                + " client=" + escaped(call.clientId());
    }

    /// A text of a client on one line: spaces, control characters and what is not ASCII as four
    /// hexadecimal digits, and not more than [#TEXT_CHARS_MAX] characters of it.
    static String escaped(String text) {
        var line = new StringBuilder(text.length());
        int end = Math.min(text.length(), TEXT_CHARS_MAX);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 127 && c != '\\') line.append(c);
            else line.append(String.format("\\u%04x", (int) c));
        }
        return end < text.length() ? line + "..." : line.toString();
    }
}
