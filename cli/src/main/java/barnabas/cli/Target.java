package barnabas.cli;

import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The cluster that a command talks to.
final class Target {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            converter = AddressList.class,
            description = "A broker of the cluster, or several separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Address> bootstrap = List.of();

    /// The view of the cluster; connects at its first use.
    Cluster cluster() {
        return new Cluster(bootstrap, ConnectionOptions.of("barnabas-cli"), PATIENCE, RandomGenerator.getDefault());
    }

    static final class AddressList implements ITypeConverter<List<Address>> {
        @Override
        public List<Address> convert(String value) {
            try {
                return Address.parseList(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
