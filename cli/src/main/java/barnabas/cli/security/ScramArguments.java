package barnabas.cli.security;

import barnabas.base.security.ScramMechanism;
import barnabas.base.security.ScramText;
import barnabas.cli.console.Failure;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `--add-scram` of `storage format`, as `kafka-storage.sh` takes it (KIP-900). Messages contain no secret.
///
/// ```
/// SCRAM-SHA-512=[name=alice,iterations=8192,password="alice-secret"]
/// SCRAM-SHA-256=[name=bob,salt="<base64>",saltedpassword="<base64>"]
/// ```
public final class ScramArguments {
    private static final Pattern ARGUMENT = Pattern.compile("\\s*([^=]+?)\\s*=\\s*\\[(.*)]\\s*");
    private static final Pattern PART = Pattern.compile("\\s*(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\"]*?))\\s*(?:,|$)");
    private static final int SALT_BYTES = 26;

    private ScramArguments() {}

    /// Records of all users.
    ///
    /// @param random must be unpredictable
    public static List<Message> records(List<String> arguments, MetadataVersion version, RandomGenerator random)
            throws Failure {
        if (!arguments.isEmpty() && !version.recordsScramCredentials())
            throw new Failure("SCRAM is only supported in metadata.version 3.5-IV2 or later.");
        var records = new ArrayList<Message>();
        var seen = new HashSet<String>();
        for (String argument : arguments) {
            UserScramCredentialRecord record = record(argument, random);
            if (!seen.add(record.mechanism() + record.name()))
                throw new Failure("--add-scram: the user " + record.name() + " is there twice for one mechanism");
            records.add(record);
        }
        return records;
    }

    private static UserScramCredentialRecord record(String argument, RandomGenerator random) throws Failure {
        Matcher whole = ARGUMENT.matcher(argument);
        if (!whole.matches()) throw new Failure("--add-scram takes MECHANISM=[name=USER,password=PASSWORD]");
        Optional<ScramMechanism> known = ScramMechanism.named(whole.group(1));
        if (known.isEmpty())
            throw new Failure(
                    "--add-scram: the mechanism " + whole.group(1) + " is none of SCRAM-SHA-256 and SCRAM-SHA-512");
        ScramMechanism mechanism = known.get();
        Map<String, String> parts = parts(whole.group(2));
        String name = parts.remove("name");
        if (name == null || name.isEmpty()) throw new Failure("You must supply 'name' to add-scram");
        String iterationsText = parts.remove("iterations");
        int iterations = iterationsText == null ? ScramMechanism.ITERATIONS_MIN : iterations(iterationsText);
        String saltText = parts.remove("salt");
        byte[] salt = saltText == null ? salt(random) : base64("salt", saltText);
        String password = parts.remove("password");
        String saltedText = parts.remove("saltedpassword");
        if (password == null && saltedText == null)
            throw new Failure("You must supply one of 'password' or 'saltedpassword' to add-scram");
        if (password != null && saltedText != null)
            throw new Failure("You cannot supply both 'password' and 'saltedpassword' to add-scram");
        if (saltedText != null && saltText == null)
            throw new Failure("You must supply 'salt' with 'saltedpassword' to add-scram");
        if (!parts.isEmpty())
            throw new Failure(
                    "--add-scram: unknown part " + parts.keySet().iterator().next());
        byte[] salted = saltedText == null
                ? mechanism.saltedPassword(String.valueOf(password), salt, iterations)
                : base64("saltedpassword", saltedText);
        return new UserScramCredentialRecord(
                name,
                mechanism.type(),
                ByteBuffer.wrap(salt),
                ByteBuffer.wrap(mechanism.storedKey(salted)),
                ByteBuffer.wrap(mechanism.serverKey(salted)),
                iterations);
    }

    private static Map<String, String> parts(String text) throws Failure {
        var parts = new HashMap<String, String>();
        Matcher part = PART.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!part.find(end) || part.start() != end)
                throw new Failure("--add-scram: the part at character " + end + " is not of the form name=value");
            String value = part.group(2) == null ? part.group(3) : part.group(2);
            if (parts.put(part.group(1), value) != null)
                throw new Failure("--add-scram: " + part.group(1) + " is there twice");
            end = part.end();
        }
        return parts;
    }

    private static int iterations(String text) throws Failure {
        try {
            int iterations = Integer.parseInt(text);
            if (iterations < ScramMechanism.ITERATIONS_MIN)
                throw new Failure(
                        "The 'iterations' value must be >= " + ScramMechanism.ITERATIONS_MIN + " for add-scram");
            if (iterations > ScramMechanism.ITERATIONS_MAX)
                throw new Failure(
                        "The 'iterations' value must be <= " + ScramMechanism.ITERATIONS_MAX + " for add-scram");
            return iterations;
        } catch (NumberFormatException e) {
            throw new Failure("--add-scram: iterations is not a whole number", e);
        }
    }

    /// Letters and digits, as in the salts of Kafka's tools.
    private static byte[] salt(RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        for (int at = 0; at < SALT_BYTES; at++)
            salt[at] = (byte) Character.forDigit(random.nextInt(Character.MAX_RADIX), Character.MAX_RADIX);
        return salt;
    }

    private static byte[] base64(String name, String text) throws Failure {
        return ScramText.bytes(text).orElseThrow(() -> new Failure("--add-scram: " + name + " is no Base64"));
    }
}
