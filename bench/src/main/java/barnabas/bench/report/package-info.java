/// Results as JSON, as a Markdown table and as charts.
@NullMarked
package barnabas.bench.report;

import org.jspecify.annotations.NullMarked;
