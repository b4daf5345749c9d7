package barnabas.cli.console;

import barnabas.base.PrintableText;
import barnabas.client.ClientException;
import barnabas.client.ConnectionException;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.config.keys.NearestName;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// One line on standard error for each failure: what happened and what to do.
public final class FailureReport implements IExecutionExceptionHandler {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int PROBLEM_CHARS_MAX = 1_000;
    private static final int FRAMES_MAX = 8;
    private static final String OWN_CLASSES = "barnabas.";

    private static final Pattern WRONG_VALUE = Pattern.compile("Invalid value for option '([^']+)'[^:]*: (.*)");
    private static final Pattern NO_PAIR = Pattern.compile(
            "Value for option (?:option )?'([^']+)'.* should be in KEY=VALUE.* format but was (.*)", Pattern.DOTALL);

    private final Console console;

    public FailureReport(Console console) {
        this.console = console;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        if (exception instanceof OutputClosedException closed) {
            if (closed.readerHasGone()) return 0;
            console.problem("the output cannot be written: " + closed.getMessage());
        } else if (exception instanceof Failure) {
            console.problem(String.valueOf(exception.getMessage()));
        } else if (exception instanceof ClientException failure) {
            console.problem(failure.getMessage()
                    + advice(failure).map(text -> ": " + text).orElse(""));
        } else {
            unexpected(exception, console);
        }
        return FAILED;
    }

    /// One line about a fault of this program: the exception, and the places in it that led there.
    public static void unexpected(Throwable fault, Console console) {
        console.problem("an unexpected failure, please report this line: " + fault + " at "
                + Arrays.stream(fault.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith(OWN_CLASSES))
                        .limit(FRAMES_MAX)
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                        .collect(Collectors.joining(" < ")));
    }

    /// Handler for wrong commands, options and values: one line, never the whole help.
    public static int usage(ParameterException exception, String[] arguments) {
        var command = exception.getCommandLine();
        String name = command.getCommandSpec().qualifiedName(" ");
        command.getErr()
                .println("barnabas: " + PrintableText.oneLine(problem(exception, command), PROBLEM_CHARS_MAX)
                        + " (see '" + name + " --help')");
        return USAGE;
    }

    private static String problem(ParameterException exception, CommandLine command) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched().getFirst(), unmatched.isUnknownOption(), command);
        }
        return decapitalized(plain(String.valueOf(exception.getMessage())));
    }

    private static String unmatched(String argument, boolean option, CommandLine command) {
        if (option) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            return "unknown option '" + name + "'"
                    + nearest(name, command.getCommandSpec().optionsMap().keySet());
        }
        Set<String> commands = command.getSubcommands().keySet();
        if (commands.isEmpty()) return "unexpected argument '" + argument + "'";
        return "unknown command '" + argument + "', not one of " + String.join(", ", commands)
                + nearest(argument, commands);
    }

    private static String nearest(String name, Set<String> names) {
        return NearestName.to(name, names)
                .map(near -> ": did you mean '" + near + "'?")
                .orElse("");
    }

    /// picocli's messages in the form of the commands' own: the option first.
    private static String plain(String message) {
        Matcher pair = NO_PAIR.matcher(message);
        if (pair.matches()) return pair.group(1) + " takes KEY=VALUE, not '" + pair.group(2) + "'";
        Matcher value = WRONG_VALUE.matcher(message);
        return value.matches() ? value.group(1) + ": " + value.group(2) : message;
    }

    /// Names in capitals, as those of parameters, stay as they are.
    private static String decapitalized(String message) {
        boolean isName = message.length() > 1 && Character.isUpperCase(message.charAt(1));
        return message.isEmpty() || isName ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static Optional<String> advice(ClientException failure) {
        return switch (failure) {
            case ConnectionException broken -> advice(broken.kind());
            case RequestFailedException failed -> advice(failed);
            case StoppedException stopped -> Optional.empty();
        };
    }

    private static Optional<String> advice(ConnectionException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE -> Optional.of("start a broker with 'barnabas start' or name another with --bootstrap");
            case MALFORMED -> Optional.of("is this a Kafka port without TLS?");
            case CLOSED -> Optional.of("does the port want TLS or a login (--command-config)?");
            case TIMED_OUT, UNSUPPORTED, NOT_TRUSTED, REFUSED -> Optional.empty();
        };
    }

    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    private static Optional<String> advice(RequestFailedException failed) {
        String text = switch (failed.error()) {
            case TRANSACTIONAL_ID_NOT_FOUND -> "see 'barnabas transaction list'";
            case SECURITY_DISABLED -> "start the brokers with --secure, or set authorizer.class.name";
            case UNKNOWN_TOPIC_OR_PARTITION -> "see 'barnabas topic list'";
            case GROUP_ID_NOT_FOUND -> "see 'barnabas group list'";
            case NON_EMPTY_GROUP, UNKNOWN_MEMBER_ID -> "stop the members of the group first";
            case GROUP_SUBSCRIBED_TO_TOPIC -> "stop the members that read the topic first";
            case NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
                "fewer replicas are in sync than min.insync.replicas asks for";
            case TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED ->
                "an ACL is missing";
            case TOPIC_DELETION_DISABLED -> "delete.topic.enable is false";
            case UNSUPPORTED_VERSION -> "the broker does not support this";
            default -> "";
        };
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
