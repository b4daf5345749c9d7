package barnabas.config.keys;

import static barnabas.config.keys.ConfigKey.invalid;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Condition on a value beyond its type. The key tables hold the short form that is named at each rule; the error
/// messages are those of Kafka 4.4.
public sealed interface Rule {
    /// The sentence that says how `value` breaks this rule for the configuration `name`; null when it does not.
    @Nullable
    String violation(String name, Object value);

    /// `-`
    record Anything() implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            return null;
        }
    }

    /// `>=1`, `1..9`. The bounds are kept as text too, because messages show them as they were written.
    record Between(double min, double max, String minText, String maxText) implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            double number = ((Number) value).doubleValue();
            if (number < min) return invalid(name, value, "Value must be at least " + minText);
            if (number > max) return invalid(name, value, "Value must be no more than " + maxText);
            return null;
        }
    }

    /// `one:a,b`, or `anycase:a,b` when case does not matter.
    record OneOf(List<String> allowed, boolean anyCase) implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            boolean ok =
                    anyCase ? allowed.stream().anyMatch(((String) value)::equalsIgnoreCase) : allowed.contains(value);
            if (ok) return null;
            String rule = anyCase ? "String must be one of (case insensitive): " : "String must be one of: ";
            return invalid(name, value, rule + String.join(", ", allowed));
        }
    }

    /// `list` any list without empty or repeated elements, `list!` not empty, `list:a,b` of these elements only.
    record ListOf(List<String> allowed, boolean mayBeEmpty) implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            var elements = (List<?>) value;
            if (elements.isEmpty() && !mayBeEmpty)
                return "Configuration '" + name + "' must not be empty. Valid values include: "
                        + (allowed.isEmpty() ? "any non-empty value" : allowed);
            if (new HashSet<>(elements).size() < elements.size())
                return "Configuration '" + name + "' values must not be duplicated.";
            for (Object element : elements) {
                if ("".equals(element)) return "Configuration '" + name + "' values must not be empty.";
                if (!allowed.isEmpty() && !allowed.contains(element))
                    return invalid(name, element, "String must be one of: " + String.join(", ", allowed));
            }
            return null;
        }
    }

    /// `nonempty`
    record NonEmpty() implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            return value.equals("") ? invalid(name, value, "String must be non-empty") : null;
        }
    }

    /// `gzip-level`
    record GzipLevel() implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            int level = (Integer) value;
            return level == -1 || (level >= 1 && level <= 9)
                    ? null
                    : invalid(name, value, "Value must be between 1 and 9 or equal to -1");
        }
    }

    /// `throttled-replicas` (KIP-73)
    record ThrottledReplicas() implements Rule {
        private static final Pattern REPLICA = Pattern.compile("\\d+:\\d+");

        @Override
        public @Nullable String violation(String name, Object value) {
            var elements = (List<?>) value;
            if (elements.equals(List.of("*"))) return null;
            for (Object element : elements)
                if (!REPLICA.matcher((String) element).matches())
                    return invalid(
                            name,
                            value,
                            name + " must be the literal '*' or a list of replicas in the following format: "
                                    + "[partitionId]:[brokerId],[partitionId]:[brokerId],...");
            return null;
        }
    }

    /// `share-offset-reset` (KIP-932)
    record ShareOffsetReset() implements Rule {
        private static final String BY_DURATION = "by_duration:";

        @Override
        public @Nullable String violation(String name, Object value) {
            var text = (String) value;
            if (text.equals("earliest") || text.equals("latest") || isPastDuration(text)) return null;
            return invalid(
                    name,
                    value,
                    "Invalid value `" + value + "` for configuration " + name
                            + ". The value must be either 'earliest', "
                            + "'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.");
        }

        private static boolean isPastDuration(String text) {
            if (!text.startsWith(BY_DURATION)) return false;
            try {
                return !Duration.parse(text.substring(BY_DURATION.length())).isNegative();
            } catch (DateTimeParseException _) {
                return false;
            }
        }
    }

    /// `voters`: `id@host:port` elements
    record QuorumVoters() implements Rule {
        private static final String FORM = "Each entry should be in the form `{id}@{host}:{port}`.";

        @Override
        public @Nullable String violation(String name, Object value) {
            for (Object element : (List<?>) value) {
                var entry = (String) element;
                int at = entry.indexOf('@');
                if (at < 0) return "Invalid configuration value for " + name + ". " + FORM;
                String id = entry.substring(0, at);
                if (!id.matches("\\d{1,9}")) return "Failed to parse voter ID as an integer from " + id;
                if (HostAndPort.parse(entry.substring(at + 1)) == null)
                    return "Failed to parse host name from entry " + entry + " for the configuration " + name + ". "
                            + FORM;
            }
            return null;
        }
    }

    /// `bootstrap-servers`: `host:port` elements
    record BootstrapServers() implements Rule {
        @Override
        public @Nullable String violation(String name, Object value) {
            for (Object element : (List<?>) value)
                if (HostAndPort.parse((String) element) == null)
                    return "Failed to parse host name from " + element + " for the configuration " + name
                            + ". Each entry should be in the form \"{host}:{port}\"";
            return null;
        }
    }

    /// `http-listeners`: `http://host:port` or `https://host:port` elements
    record HttpListeners() implements Rule {
        private static final String PLAIN = "http://";
        private static final String ENCRYPTED = "https://";

        @Override
        public @Nullable String violation(String name, Object value) {
            for (Object element : (List<?>) value)
                if (address((String) element) == null)
                    return invalid(
                            name,
                            element,
                            "Each entry should be in the form http://{host}:{port} or https://{host}:{port}");
            return null;
        }

        /// Null when the text is not of that form.
        public static @Nullable HostAndPort address(String listener) {
            for (String scheme : List.of(PLAIN, ENCRYPTED))
                if (listener.startsWith(scheme))
                    return HostAndPort.parseWithAnyHost(listener.substring(scheme.length()));
            return null;
        }

        public static boolean isEncrypted(String listener) {
            return listener.startsWith(ENCRYPTED);
        }
    }

    /// `otlp-endpoint`: empty, or `http://host:port` or `https://host:port` with a path
    record OtlpEndpoint() implements Rule {
        private static final String METRICS = "/v1/metrics";

        @Override
        public @Nullable String violation(String name, Object value) {
            return value.equals("") || address((String) value) != null
                    ? null
                    : invalid(
                            name,
                            value,
                            "The form is http://{host}:{port} or https://{host}:{port}, with or without a path");
        }

        /// URL that metrics are posted to: the endpoint with `/v1/metrics`, which it may have already. Null when the
        /// text is not of that form.
        public static @Nullable String address(String endpoint) {
            URI uri;
            try {
                uri = new URI(endpoint);
            } catch (URISyntaxException _) {
                return null;
            }
            String scheme = uri.getScheme();
            if (scheme == null || !(scheme.equals("http") || scheme.equals("https"))) return null;
            if (uri.getHost() == null || uri.getPort() > 65_535 || uri.getPort() == 0) return null;
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) return null;
            if (endpoint.endsWith(METRICS)) return endpoint;
            return (endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint) + METRICS;
        }
    }

    /// `http-headers`: `name=value` elements. The value is not in the message: it may be a secret.
    record HttpHeaders() implements Rule {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
        private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]+");

        @Override
        public @Nullable String violation(String name, Object value) {
            return headers((String) value) == null
                    ? "Invalid value [hidden] for configuration " + name
                            + ": The form is {header}={value},{header}={value}, each header once"
                    : null;
        }

        /// By name; null when the text is not of that form.
        public static @Nullable Map<String, String> headers(String text) {
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            for (String element : ConfigKey.elements(text.trim())) {
                int equals = element.indexOf('=');
                if (equals < 0) return null;
                String name = element.substring(0, equals).trim();
                String value = element.substring(equals + 1).trim();
                if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) return null;
                if (headers.put(name, value) != null) return null;
            }
            return headers;
        }
    }

    /// Reads the short form of the key tables.
    static Rule of(String text) {
        return switch (text) {
            case "-" -> new Anything();
            case "nonempty" -> new NonEmpty();
            case "gzip-level" -> new GzipLevel();
            case "throttled-replicas" -> new ThrottledReplicas();
            case "share-offset-reset" -> new ShareOffsetReset();
            case "voters" -> new QuorumVoters();
            case "bootstrap-servers" -> new BootstrapServers();
            case "http-listeners" -> new HttpListeners();
            case "otlp-endpoint" -> new OtlpEndpoint();
            case "http-headers" -> new HttpHeaders();
            default -> withOperands(text);
        };
    }

    private static Rule withOperands(String text) {
        if (text.startsWith(">=")) return between(text.substring(2), "Infinity");
        if (text.startsWith("one:")) return new OneOf(ConfigKey.elements(text.substring(4)), false);
        if (text.startsWith("anycase:")) return new OneOf(ConfigKey.elements(text.substring(8)), true);
        if (text.startsWith("list")) {
            int colon = text.indexOf(':');
            List<String> allowed = colon < 0 ? List.of() : ConfigKey.elements(text.substring(colon + 1));
            return new ListOf(allowed, !text.startsWith("list!"));
        }
        int dots = text.indexOf("..");
        if (dots < 0) throw new IllegalArgumentException("no rule: " + text);
        return between(text.substring(0, dots), text.substring(dots + 2));
    }

    private static Rule between(String min, String max) {
        return new Between(Double.parseDouble(min), Double.parseDouble(max), min, max);
    }
}
