package barnabas.cli;

import barnabas.client.ClientException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Turns what went wrong into one line for people.
final class FailureReport implements IExecutionExceptionHandler {
    static final int EXIT_CODE = 1;

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) throws Exception {
        if (!(exception instanceof ClientException)) throw exception;
        command.getErr().println("barnabas: " + exception.getMessage());
        return EXIT_CODE;
    }
}
