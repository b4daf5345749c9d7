package barnabas.broker.identity;

import barnabas.base.security.JaasEntry;
import barnabas.base.security.ScramMechanism;
import barnabas.base.security.SecuritySettingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/// Users of `listener.name.<listener>.plain.sasl.jaas.config`: its options `user_<name>="<password>"`. Keeps hashes of
/// the passwords, which are of one length, so that a comparison takes the same time for each.
final class PlainUsers {
    private static final String PREFIX = "user_";
    private static final byte[] NO_USER = new byte[32];

    private final Map<String, byte[]> hashes = new HashMap<>();

    private PlainUsers() {}

    static PlainUsers of(String setting, String text) throws SecuritySettingException {
        JaasEntry entry = JaasEntry.parse(setting, text);
        if (!entry.module().equals(JaasEntry.PLAIN))
            throw new SecuritySettingException(setting + ": the login module must be PlainLoginModule");
        var users = new PlainUsers();
        entry.options().forEach((name, password) -> {
            if (name.startsWith(PREFIX)) users.hashes.put(name.substring(PREFIX.length()), hash(password));
        });
        return users;
    }

    boolean matches(String user, String password) {
        byte[] known = hashes.get(user);
        boolean same = MessageDigest.isEqual(hash(password), known == null ? NO_USER : known);
        return same && known != null;
    }

    private static byte[] hash(String password) {
        return ScramMechanism.SHA_256.hash(password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "PlainUsers[" + hashes.size() + "]";
    }
}
