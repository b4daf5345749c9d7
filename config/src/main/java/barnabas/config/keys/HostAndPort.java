package barnabas.config.keys;

import org.jspecify.annotations.Nullable;

/// A network address as people write it: `host:port`, `[::1]:9092`, `:9092` (empty host: every interface).
public record HostAndPort(String host, int port) {
    /// Null when `text` is not of that form or the port is not 0 to 65535. The host must not be empty.
    public static @Nullable HostAndPort parse(String text) {
        HostAndPort address = parseWithAnyHost(text);
        return address == null || address.host().isEmpty() ? null : address;
    }

    /// Like [#parse], but the host may be empty.
    public static @Nullable HostAndPort parseWithAnyHost(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) return null;
        String port = text.substring(colon + 1);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) return null;
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.indexOf(':') >= 0) return null;
        for (int i = 0; i < host.length(); i++) if ("/@,[] ".indexOf(host.charAt(i)) >= 0) return null;
        return new HostAndPort(host, Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
