package barnabas.client;

import java.util.ArrayList;
import java.util.List;

/// Address of a broker.
///
/// @param host a name or an IP address, without brackets
/// @param port 1 to 65535
public record Address(String host, int port) {
    public Address {
        if (host.isBlank()) throw new IllegalArgumentException("a host is missing");
        if (port < 1 || port > 65_535)
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }

    /// Reads `host:port` or `[ipv6]:port`.
    ///
    /// @throws IllegalArgumentException with a sentence for the person who typed it
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) throw new IllegalArgumentException("'" + text + "' has no port: write HOST:PORT");
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.indexOf(':') >= 0)
            throw new IllegalArgumentException("'" + text + "': write [ADDRESS]:PORT for IPv6");
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' has no port number after the colon", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
        }
    }

    /// Reads addresses separated by commas, as in `bootstrap.servers`.
    public static List<Address> parseList(String text) {
        var addresses = new ArrayList<Address>();
        for (String each : text.split(",", -1)) {
            if (!each.isBlank()) addresses.add(parse(each.strip()));
        }
        if (addresses.isEmpty()) throw new IllegalArgumentException("no address given: write HOST:PORT");
        return List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
