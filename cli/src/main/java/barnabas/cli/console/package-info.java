/// Output of commands: tables, JSON, progress, failures with one line each, interruption. Start reading at
/// [barnabas.cli.console.Console].
@NullMarked
package barnabas.cli.console;

import org.jspecify.annotations.NullMarked;
