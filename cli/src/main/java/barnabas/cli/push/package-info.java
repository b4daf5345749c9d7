/// Metrics pushed by OTLP, whose jars lie beside the command's own. Start reading at [barnabas.cli.push.OtlpJars].
@NullMarked
package barnabas.cli.push;

import org.jspecify.annotations.NullMarked;
