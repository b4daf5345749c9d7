package barnabas.sql.functions.text;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.ValueProblem;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `URL_*`, over URLs as RFC 2396 has them. Text that is none gives null.
public final class Urls {
    private static final String CATEGORY = "URLs";

    private Urls() {}

    public static List<SqlFunction> all() {
        return List.of(
                Scalar.named("URL_DECODE_PARAM", CATEGORY, "Decodes application/x-www-form-urlencoded text.")
                        .strict("(text STRING) STRING", a -> decode((String) a[0]))
                        .example("URL_DECODE_PARAM('url%20encoded') => 'url encoded'")
                        .build(),
                Scalar.named("URL_ENCODE_PARAM", CATEGORY, "Encodes text as application/x-www-form-urlencoded.")
                        .strict("(text STRING) STRING", a -> URLEncoder.encode((String) a[0], StandardCharsets.UTF_8))
                        .example("URL_ENCODE_PARAM('a&b=c d') => 'a%26b%3Dc+d'")
                        .build(),
                part("URL_EXTRACT_FRAGMENT", "Returns the decoded fragment of a URL.", URI::getFragment)
                        .example("URL_EXTRACT_FRAGMENT('http://test.com#frag%20space') => 'frag space'")
                        .build(),
                part("URL_EXTRACT_HOST", "Returns the host of a URL.", URI::getHost)
                        .example("URL_EXTRACT_HOST('http://test.com:8080/path') => 'test.com'")
                        .build(),
                parameter(),
                part("URL_EXTRACT_PATH", "Returns the decoded path of a URL, with its first slash.", URI::getPath)
                        .example("URL_EXTRACT_PATH('http://test.com/path/to#a') => '/path/to'")
                        .build(),
                Scalar.named("URL_EXTRACT_PORT", CATEGORY, "Returns the port of a URL, null when it has none.")
                        .strict("(url STRING) INTEGER", a -> {
                            URI uri = uri((String) a[0]);
                            return uri == null || uri.getPort() < 0 ? null : uri.getPort();
                        })
                        .example("URL_EXTRACT_PORT('http://localhost:8080/path') => 8080")
                        .build(),
                part("URL_EXTRACT_PROTOCOL", "Returns the protocol of a URL.", URI::getScheme)
                        .example("URL_EXTRACT_PROTOCOL('http://test.com?a=foo&b=bar') => 'http'")
                        .build(),
                part("URL_EXTRACT_QUERY", "Returns the decoded query of a URL.", URI::getQuery)
                        .example("URL_EXTRACT_QUERY('http://test.com?a=foo%20bar&b=baz') => 'a=foo bar&b=baz'")
                        .build());
    }

    private static Scalar.Builder part(String name, String overview, Function<URI, @Nullable String> part) {
        return Scalar.named(name, CATEGORY, overview).strict("(url STRING) STRING", a -> {
            URI uri = uri((String) a[0]);
            return uri == null ? null : part.apply(uri);
        });
    }

    private static SqlFunction parameter() {
        return Scalar.named("URL_EXTRACT_PARAMETER", CATEGORY, "Returns the decoded value of a parameter in a query.")
                .strict("(url STRING, name STRING) STRING", a -> {
                    URI uri = uri((String) a[0]);
                    if (uri == null || uri.getRawQuery() == null) return null;
                    for (String pair : Splits.parts(uri.getRawQuery(), "&")) {
                        int at = pair.indexOf('=');
                        if (at >= 0 && decode(pair.substring(0, at)).equals(a[1])) {
                            String value = decode(pair.substring(at + 1));
                            return value.isEmpty() ? null : value;
                        }
                    }
                    return null;
                })
                .example("URL_EXTRACT_PARAMETER('http://test.com?a%20b=c%20d', 'a b') => 'c d'")
                .build();
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ValueProblem("not application/x-www-form-urlencoded: " + e.getMessage(), e);
        }
    }
}
