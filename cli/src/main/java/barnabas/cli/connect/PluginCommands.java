package barnabas.cli.connect;

import barnabas.cli.connect.plugins.MavenJars;
import barnabas.cli.connect.plugins.PluginFolders;
import barnabas.cli.connect.plugins.PluginInstall;
import barnabas.cli.connect.worker.RuntimeJars;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plugin",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer plug-ins of workers: add, list, remove.",
        footer = {"  barnabas connect plugin add ./my-connector.zip", "  barnabas connect plugin list"})
final class PluginCommands {
    private static final List<String> NAMES = List.of("add", "list", "remove");

    private PluginCommands() {}

    static CommandLine line(Console console) {
        return CommandBranch.of(new PluginCommands(), "", NAMES, name -> switch (name) {
            case "add" -> new Add(console);
            case "list" -> new ListPlugins(console);
            case "remove" -> new Remove(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    /// A command about the directory of a worker.
    @Command(mixinStandardHelpOptions = true)
    private abstract static class FolderCommand implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = ConnectBranch.DATA,
                description = ConnectBranch.DATA_IS)
        private String data = ConnectBranch.DATA;

        final Console console;

        FolderCommand(Console console) {
            this.console = console;
        }

        final WorkerFolder folder() throws Failure {
            var folder = WorkerFolder.at(data);
            folder.create();
            return folder;
        }
    }

    @Command(
            name = "add",
            description = {
                "Add a plug-in: from Maven coordinates, a file, a folder or a URL.",
                "A file is a jar, zip or tar.gz; the plug-in is checked against the Connect runtime first.",
                "A worker that runs over DIR restarts with the plug-in."
            },
            footer = {
                "  barnabas connect plugin add io.debezium:debezium-core:3.6.0.Final",
                "  barnabas connect plugin add ./my-connector.zip"
            })
    private static final class Add extends FolderCommand {
        @Parameters(
                paramLabel = "SOURCE",
                description = "GROUP:ARTIFACT:VERSION, a file, a folder, or a URL of a file.")
        private String what = "";

        Add(Console console) {
            super(console);
        }

        @Override
        public Integer call() throws Exception {
            WorkerFolder folder = folder();
            Path runtime = RuntimeJars.folder();
            var install = new PluginInstall(folder.plugins(), runtime, new MavenJars(console.err()));
            var installed = install.add(what);
            for (String note : installed.notes()) console.err().println("Note: " + note);
            console.err()
                    .println("Plug-in '" + installed.name() + "' is added: " + installed.jars() + " jars, "
                            + String.join(", ", installed.connectors()));
            return 0;
        }
    }

    @Command(
            name = "list",
            description = "List the plug-ins of DIR, with the classes for --plugin.",
            footer = "  barnabas connect plugin list")
    private static final class ListPlugins extends FolderCommand {
        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        ListPlugins(Console console) {
            super(console);
        }

        @Override
        public Integer call() throws Exception {
            WorkerFolder folder = folder();
            var listing = new Listing("plugin", "jars", "connectors");
            for (String name : folder.pluginNames()) {
                Path plugin = folder.plugins().resolve(name);
                listing.row(name, PluginFolders.jars(plugin).size(), PluginFolders.connectors(plugin));
            }
            listing.print(console, json);
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = {"Remove a plug-in.", "A worker that runs over DIR restarts without it."},
            footer = "  barnabas connect plugin remove my-connector-1.0")
    private static final class Remove extends FolderCommand {
        @Parameters(
                paramLabel = "PLUGIN",
                description = "Name of the plug-in, as 'barnabas connect plugin list' shows it.")
        private String name = "";

        Remove(Console console) {
            super(console);
        }

        @Override
        public Integer call() throws Exception {
            WorkerFolder folder = folder();
            PluginFolders.remove(folder.plugins(), name, folder.pluginNames());
            console.err().println("Plug-in '" + name + "' is removed");
            return 0;
        }
    }
}
