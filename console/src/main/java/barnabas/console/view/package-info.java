/// Views of the cluster that a user of the console has: what the cluster answers that user, kept for a moment. Start
/// reading at [barnabas.console.view.User].
@NullMarked
package barnabas.console.view;

import org.jspecify.annotations.NullMarked;
