package barnabas.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "topic", description = "Topics of a cluster.", subcommands = TopicCommand.ListTopics.class)
final class TopicCommand {
    @Command(name = "list", description = "Names of all topics.")
    static final class ListTopics implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin
        private Target target = new Target();

        @Option(names = "--internal", description = "Also the topics that brokers keep for themselves.")
        private boolean internal;

        @Override
        public Integer call() throws Exception {
            try (var cluster = target.cluster()) {
                cluster.refresh(null, false);
                var table = new Table("TOPIC", "PARTITIONS", "REPLICAS");
                for (var topic : cluster.metadata().topics().values()) {
                    if (topic.internal() && !internal) continue;
                    int replicas = topic.partitions().isEmpty()
                            ? 0
                            : topic.partitions().getFirst().replicas().size();
                    table.row(topic.name(), topic.partitions().size(), replicas);
                }
                table.print(spec.commandLine().getOut());
            }
            return 0;
        }
    }
}
