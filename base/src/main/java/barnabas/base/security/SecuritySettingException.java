package barnabas.base.security;

import org.jspecify.annotations.Nullable;

/// A setting of TLS or SASL that cannot be used. The message is one line: setting, file, reason; never a secret.
public final class SecuritySettingException extends Exception {
    private static final long serialVersionUID = 1L;

    public SecuritySettingException(String message) {
        super(message);
    }

    public SecuritySettingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
