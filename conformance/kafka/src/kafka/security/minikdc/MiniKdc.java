package kafka.security.minikdc;

import java.io.File;
import java.util.List;
import java.util.Properties;
import org.opentest4j.TestAbortedException;

/// Takes the place of Kafka's class of the same name by being earlier on the class path: there is no Kerberos server
/// here, and the jars that Kafka's needs are not on the class path.
public class MiniKdc {
    public MiniKdc(Properties config, File directory) {}

    public static Properties createConfig() {
        return new Properties();
    }

    public void start() {
        throw new TestAbortedException("needs Kerberos");
    }

    public void createPrincipal(File keytab, List<String> principals) {}

    public void stop() {}
}
