/// Decisions of the controller about ACLs and SCRAM credentials.
@NullMarked
package barnabas.metadata.controller.access;

import org.jspecify.annotations.NullMarked;
