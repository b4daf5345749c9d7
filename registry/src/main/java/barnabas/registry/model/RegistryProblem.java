package barnabas.registry.model;

/// A request that is refused: `{"error_code":40401,"message":"…"}` as Confluent's registry answers it.
public final class RegistryProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;

    /// @param code of the registry; its first three digits are the status of HTTP
    public RegistryProblem(int code, String message) {
        super(message);
        this.code = code;
        this.status = code >= 10_000 ? code / 100 : code;
    }

    public int status() {
        return status;
    }

    public int code() {
        return code;
    }

    public static RegistryProblem noSubject(String subject) {
        return new RegistryProblem(40401, "Subject '" + subject + "' not found.");
    }

    public static RegistryProblem noVersion(String version) {
        return new RegistryProblem(40402, "Version " + version + " not found.");
    }

    public static RegistryProblem noSchema() {
        return new RegistryProblem(40403, "Schema not found");
    }

    public static RegistryProblem noId(int id) {
        return new RegistryProblem(40403, "Schema " + id + " not found");
    }

    public static RegistryProblem invalidSchema(String reason) {
        return new RegistryProblem(42201, "Invalid schema: " + reason);
    }

    public static RegistryProblem invalidVersion(String version) {
        return new RegistryProblem(
                42202,
                "The specified version '" + version
                        + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
    }

    public static RegistryProblem notPermitted(String reason) {
        return new RegistryProblem(42205, reason);
    }
}
