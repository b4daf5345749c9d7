package barnabas.sql.web;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service's URLs and its login.
///
/// @param urls of http or https, without a path; tried in their order
/// @param login `user:password`; null without
public record ServiceAddress(List<URI> urls, @Nullable String login) {
    public ServiceAddress {
        urls = List.copyOf(urls);
    }

    /// Without the password.
    @Override
    public String toString() {
        return urls.toString();
    }

    /// @param setting its name, for messages
    /// @param text URLs, separated by commas; one may have the login in it
    public static ServiceAddress of(String setting, String text, @Nullable String login, List<String> problems) {
        var urls = new ArrayList<URI>();
        String found = login;
        for (String each : text.split(",", -1)) {
            URI url = url(each.strip()).orElse(null);
            if (url == null)
                problems.add(setting + " takes URLs of http and https, separated by commas, without a path");
            else urls.add(url);
            if (url != null && url.getUserInfo() != null) found = url.getUserInfo();
        }
        return new ServiceAddress(urls, found);
    }

    private static Optional<URI> url(String text) {
        try {
            URI url = URI.create(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean plain = url.getPath() == null
                    || url.getPath().isEmpty()
                    || url.getPath().equals("/");
            return http && plain && url.getHost() != null ? Optional.of(url) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
